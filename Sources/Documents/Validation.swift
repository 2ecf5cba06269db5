/// What `validate` found in policies.
package struct Validation: Hashable, Sendable {
  package static let kind = "Validation"

  package var isValid: Bool
  /// Whether warnings make it invalid too.
  package var isStrict: Bool
  /// The names of the policies, where they could be read.
  package var policies: [String]
  /// The files that could be read, in the order in which they were.
  package var files: [String]
  /// The documents that were found in them, in order.
  package var documents: [Document]
  package var diagnostics: [Finding]

  package init(
    isValid: Bool, isStrict: Bool, policies: [String], files: [String], documents: [Document],
    diagnostics: [Finding]
  ) {
    self.isValid = isValid
    self.isStrict = isStrict
    self.policies = policies
    self.files = files
    self.documents = documents
    self.diagnostics = diagnostics
  }

  /// How many of the diagnostics are errors.
  package var errorCount: Int { diagnostics.count { $0.severity == .error } }
  /// How many of the diagnostics are warnings.
  package var warningCount: Int { diagnostics.count { $0.severity == .warning } }

  /// The kinds of documents that were checked, and how many there were of each, in the order in
  /// which they were met.
  package var checked: [(kind: String, count: Int)] {
    var checked: [(kind: String, count: Int)] = []
    for kind in documents.compactMap(\.kind) {
      if let index = checked.firstIndex(where: { $0.kind == kind }) {
        checked[index].count += 1
      } else {
        checked.append((kind, 1))
      }
    }
    return checked
  }

  /// One document of a file.
  package struct Document: Hashable, Sendable {
    /// Absent where the document has no kind that is known.
    package var kind: String?
    /// Absent where it has none that could be read.
    package var name: String?
    package var path: String
    /// Where it begins, from 1.
    package var line: Int

    package init(kind: String?, name: String?, path: String, line: Int) {
      self.kind = kind
      self.name = name
      self.path = path
      self.line = line
    }
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
