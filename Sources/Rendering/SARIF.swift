package import Diagnostics
package import JSONText

/// Diagnostics as a SARIF 2.1.0 log (OASIS) of one run, in the form that code-scanning services
/// take: every result has a place, a rule with a description, and fingerprints.
package struct SARIF: JSONObject {
  /// What ran, and where.
  package struct Run {
    /// The version of the program.
    package var toolVersion: String
    /// The exit status that the run will have.
    package var exitStatus: Int
    /// The absolute path that relative paths begin at.
    package var workingDirectory: String
    /// The path that has what stands in no file: what the run was asked to look at.
    package var subject: String
    /// The bytes of the files that were read, by the paths that diagnostics give them.
    package var sources: [String: [UInt8]]

    package init(
      toolVersion: String, exitStatus: Int, workingDirectory: String, subject: String,
      sources: [String: [UInt8]]
    ) {
      self.toolVersion = toolVersion
      self.exitStatus = exitStatus
      self.workingDirectory = workingDirectory
      self.subject = subject
      self.sources = sources
    }
  }

  private let run: Run
  private let results: [SARIFResult]
  private let rules: [SARIFRule]

  package init(_ diagnostics: [Diagnostic], _ run: Run) {
    self.run = run
    var rules: [SARIFRule] = []
    var indices: [Diagnostic.Code: Int] = [:]
    for diagnostic in diagnostics {
      let index = indices[diagnostic.code] ?? rules.count
      if index == rules.count { rules.append(SARIFRule(diagnostic.code)) }
      indices[diagnostic.code] = index
      if diagnostic.severity == .error { rules[index].severity = .error }
    }
    self.rules = rules
    var fingerprints = Fingerprints(diagnostics, run)
    results = diagnostics.map { diagnostic in
      SARIFResult(
        diagnostic, ruleIndex: indices[diagnostic.code] ?? 0, run,
        fingerprints: fingerprints.next(diagnostic))
    }
  }

  package func writeFields(to object: inout JSONObjectWriter) {
    object.field(
      "$schema",
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    object.field("version", "2.1.0")
    object.array("runs") { runs in
      runs.object { writeRun(to: &$0) }
    }
  }

  private func writeRun(to object: inout JSONObjectWriter) {
    object.object("tool") { tool in
      tool.object("driver") { driver in
        driver.field("name", "klpolicy")
        driver.field("semanticVersion", run.toolVersion)
        driver.field("rules", rules)
      }
    }
    object.array("invocations") { invocations in
      invocations.object { invocation in
        // It ran to its end; what it found says the exit code.
        invocation.field("executionSuccessful", true)
        invocation.field("exitCode", run.exitStatus)
      }
    }
    object.field("columnKind", "unicodeCodePoints")
    object.field("results", results)
  }
}

/// A code of the run, as a rule that was broken.
struct SARIFRule: JSONObject {
  let code: Diagnostic.Code
  /// The severest that it was shown with.
  var severity = Diagnostic.Severity.warning

  init(_ code: Diagnostic.Code) { self.code = code }

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("id", code.name)
    for key in ["shortDescription", "fullDescription"] {
      object.object(key) { $0.field("text", code.meaning) }
    }
    object.object("defaultConfiguration") { $0.field("level", severity.rawValue) }
    object.object("help") { help in
      help.field("text", self.help("klpolicy validate"))
      help.field("markdown", self.help("`klpolicy validate`"))
    }
  }

  private func help(_ command: String) -> String {
    "\(code.meaning)\n\nEach result says what to do about it; \(command) shows it with its line."
  }
}
