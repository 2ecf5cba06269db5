/// What `validate` found in policies.
package struct Validation: Hashable, Sendable {
  package static let kind = "Validation"

  package var isValid: Bool
  /// The names of the policies, where they could be read.
  package var policies: [String]
  package var diagnostics: [Finding]

  package init(isValid: Bool, policies: [String], diagnostics: [Finding]) {
    self.isValid = isValid
    self.policies = policies
    self.diagnostics = diagnostics
  }

  /// One thing that is wrong, or worth a warning.
  package struct Finding: Hashable, Sendable {
    package enum Severity: String, CaseIterable, Sendable {
      case error, warning
    }

    package var severity: Severity
    /// Stable, in kebab case.
    package var code: String
    package var message: String
    package var advice: String?
    package var path: String?
    /// From 1; absent where the whole file is meant.
    package var line: Int?
    /// From 1, in code points.
    package var column: Int?
    package var notes: [Note]

    package init(
      severity: Severity, code: String, message: String, advice: String?, path: String?,
      line: Int?, column: Int?, notes: [Note]
    ) {
      self.severity = severity
      self.code = code
      self.message = message
      self.advice = advice
      self.path = path
      self.line = line
      self.column = column
      self.notes = notes
    }
  }

  /// A remark beside a finding, with a place of its own.
  package struct Note: Hashable, Sendable {
    package var message: String
    /// `path:line:column`.
    package var location: String?

    package init(message: String, location: String?) {
      self.message = message
      self.location = location
    }
  }
}
