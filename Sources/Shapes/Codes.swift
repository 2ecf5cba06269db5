package import Diagnostics

extension Diagnostic.Code {
  /// A key that this kind of mapping does not have.
  package static let unknownKey = Diagnostic.Code("unknown-key")
  /// A key that stands in one mapping twice.
  package static let duplicateKey = Diagnostic.Code("duplicate-key")
  /// A key that must be there and is not.
  package static let missingKey = Diagnostic.Code("missing-key")
  /// Keys that exclude each other.
  package static let conflictingKeys = Diagnostic.Code("conflicting-keys")
  /// A mapping where text is due, text where a number is due, and so on.
  package static let wrongType = Diagnostic.Code("wrong-type")
  /// A plain YAML scalar that other tools would read as no text, where text is due.
  package static let needsQuotes = Diagnostic.Code("needs-quotes")
  /// The right type, and not one of the values that it may have.
  package static let invalidValue = Diagnostic.Code("invalid-value")
  /// A number that is not written in decimal, or not as a whole one.
  package static let notDecimal = Diagnostic.Code("not-decimal")
  /// A digest that is none.
  package static let invalidDigest = Diagnostic.Code("invalid-digest")
  /// `kind` names no kind of document, or one that is out of place.
  package static let unknownKind = Diagnostic.Code("unknown-kind")
  /// `apiVersion` names another version of the language.
  package static let unknownAPIVersion = Diagnostic.Code("unknown-api-version")
  /// One document was due, and there is none, or there are several.
  package static let documentCount = Diagnostic.Code("document-count")
}
