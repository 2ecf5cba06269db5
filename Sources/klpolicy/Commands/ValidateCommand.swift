internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Glibc
internal import Nodes
internal import PolicyModel
internal import Rendering
internal import Shapes
internal import SystemPackage

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks policies; nothing is observed.",
    discussion: """
      Exits 65 when there is an error, and with --strict also when there is a warning. sarif is \
      for code scanning (SARIF 2.1.0), junit for the test reports of pipelines.
      """)

  enum Format: String, OutputFormat {
    case human, json, sarif, junit
  }

  @OptionGroup var policies: PolicyArguments
  @Flag(help: "Let warnings fail too.")
  var strict = false
  @OptionGroup var output: Output<Format>

  func run() throws {
    let policies = try policies.orInForce(ownLayout, output)
    let reading = PolicySet.read(
      policies.filePaths, trust: ownTrust, at: currentTime())
    let validation = Validation(reading, isStrict: strict)
    let status = validation.isValid ? ExitStatus.fine : .invalidInput
    switch output.output ?? .human {
    case .human:
      writeError(text(of: reading.diagnostics, output.errorStyle))
      writeError(summary(of: reading.diagnostics))
      if validation.isValid { try output.write { text(of: validation, $0) } }
    case .json: try output.write(json: validation)
    case .sarif:
      try output.write(json: SARIF(reading.diagnostics, run(policies, reading, status)))
    case .junit:
      try output.write(Array(JUnit(validation, reading.diagnostics).xml().utf8))
    }
    if status != .fine { throw ExitCode(status.rawValue) }
  }

  private func run(
    _ policies: PolicyArguments, _ reading: PolicyReading, _ status: ExitStatus
  ) -> SARIF.Run {
    SARIF.Run(
      toolVersion: toolVersion, exitStatus: Int(status.rawValue),
      workingDirectory: workingDirectory(),
      subject: policies.filePaths.first?.string ?? PolicyArguments.defaultPath,
      sources: Dictionary(
        reading.sources.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension Validation {
  fileprivate init(_ reading: PolicyReading, isStrict: Bool) {
    let diagnostics = reading.diagnostics
    self.init(
      isValid: !diagnostics.containsError && !(isStrict && !diagnostics.isEmpty),
      isStrict: isStrict,
      policies: reading.documents.filter { $0.kind == Policy.kind }.compactMap(\.name),
      files: reading.sources.map(\.path),
      documents: reading.documents.map { document in
        Document(
          kind: document.kind, name: document.name, path: document.place.source.path,
          line: document.place.position.map { Int($0.line) } ?? 1)
      },
      diagnostics: diagnostics.map(Finding.init))
  }
}

extension Validation.Finding {
  init(_ diagnostic: Diagnostic) {
    self.init(
      severity: diagnostic.severity == .error ? .error : .warning, code: diagnostic.code.name,
      message: diagnostic.message, advice: diagnostic.advice, path: diagnostic.location?.path,
      line: diagnostic.location?.position.map { Int($0.line) },
      column: diagnostic.location?.position.map { Int($0.column) },
      notes: diagnostic.notes.map { note in
        Validation.Note(message: note.message, location: note.location.map { "\($0)" })
      })
  }
}

/// The absolute path of the directory that this process runs in; `/` where it has none any more.
private func workingDirectory() -> String {
  guard let path = unsafe getcwd(nil, 0) else { return "/" }
  defer { unsafe free(path) }
  return unsafe String(cString: path)
}
