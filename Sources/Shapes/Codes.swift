package import Diagnostics

extension Diagnostic.Code {
  package static let unknownKey = Diagnostic.Code(
    "unknown-key", "A key that this kind of mapping does not have.")
  package static let duplicateKey = Diagnostic.Code(
    "duplicate-key", "A key that stands in one mapping twice.")
  package static let missingKey = Diagnostic.Code(
    "missing-key", "A key that must be there and is not.")
  package static let conflictingKeys = Diagnostic.Code(
    "conflicting-keys", "Keys that exclude each other.")
  package static let notDecimal = Diagnostic.Code(
    "not-decimal", "A number that is not written in decimal, or not as a whole one.")
  package static let wrongType = Diagnostic.Code(
    "wrong-type", "A mapping where text is due, text where a number is due, and so on.")
  package static let needsQuotes = Diagnostic.Code(
    "needs-quotes",
    "A plain YAML scalar that other tools would read as no text, where text is due.")
  package static let invalidValue = Diagnostic.Code(
    "invalid-value", "The right type, and not one of the values that it may have.")
  package static let invalidDigest = Diagnostic.Code(
    "invalid-digest", "A digest that is no digest.")
  package static let unknownKind = Diagnostic.Code(
    "unknown-kind", "`kind` names no kind of document, or one that is out of place.")
  package static let unknownAPIVersion = Diagnostic.Code(
    "unknown-api-version", "`apiVersion` names another version of the language.")
  package static let documentCount = Diagnostic.Code(
    "document-count", "One document was due, and there is none, or there are several.")
}
