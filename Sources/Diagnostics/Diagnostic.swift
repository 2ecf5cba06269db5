/// What is wrong with something the user gave us: a file, a field, the state of the host.
///
/// Diagnostics are collected, sorted and all of them shown. They are values: they carry the
/// excerpt that they point into, so that nothing has to be read again to print them.
package struct Diagnostic: Error, Hashable, Sendable {
  /// How much it weighs: an error makes the document unusable, a warning never does.
  package enum Severity: String, Sendable {
    case error, warning
  }

  /// A remark beside the main message, with a place of its own: "first defined here".
  package struct Note: Hashable, Sendable {
    package var message: String
    package var location: Location?

    package init(_ message: String, at location: Location? = nil) {
      self.message = message
      self.location = location
    }
  }

  package var code: Code
  package var severity: Severity
  /// One sentence: what is wrong and why, without a full stop.
  package var message: String
  /// What to do about it, as an instruction.
  package var advice: String?
  package var location: Location?
  package var notes: [Note]

  package init(
    _ code: Code, _ message: String, at location: Location? = nil, advice: String? = nil,
    severity: Severity = .error, notes: [Note] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.advice = advice
    self.location = location
    self.notes = notes
  }
}

extension Diagnostic {
  /// The stable name of a kind of diagnostic, in kebab case; part of the contract.
  ///
  /// Each code is declared beside the rule that uses it, in an extension of this type.
  package struct Code: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// What is wrong wherever this code is shown: one sentence, with its full stop. It stands in
    /// the place of a comment on the declaration, so that the two cannot drift apart.
    package let meaning: String

    package init(_ name: String, _ meaning: String) {
      self.name = name
      self.meaning = meaning
    }

    package var description: String { name }
  }
}

extension Sequence<Diagnostic> {
  /// Whether one of them is an error.
  package var containsError: Bool { contains { $0.severity == .error } }

  /// By file in the order in which the files were read, then by line and column.
  package func sortedByLocation() -> [Diagnostic] {
    // An explicit index keeps the order of equal keys: `sorted` does not promise it.
    enumerated().sorted { lhs, rhs in
      let left = lhs.element.location?.order ?? .first
      let right = rhs.element.location?.order ?? .first
      return left == right ? lhs.offset < rhs.offset : left < right
    }.map(\.element)
  }
}
