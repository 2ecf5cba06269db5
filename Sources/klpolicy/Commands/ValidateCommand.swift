internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import PolicyModel
internal import Rendering
internal import Shapes

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks policies; nothing is observed.",
    discussion: "Exits 65 when there is an error, and with --strict also when there is a warning.")

  @OptionGroup var policies: PolicyArguments
  @Flag(help: "Let warnings fail too.")
  var strict = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    let loaded = PolicySet.load(policies.filePaths, trust: ownTrust)
    let diagnostics = loaded.1
    let fails = diagnostics.containsError || (strict && !diagnostics.isEmpty)
    let validation = Validation(
      isValid: !fails, policies: loaded.0?.policies.map(\.name.value.text) ?? [],
      diagnostics: diagnostics.map(Validation.Finding.init))
    if output.output == .json {
      try output.write(validation) { _ in "" }
    } else {
      writeError(text(of: diagnostics, output.errorStyle))
      let count = validation.policies.count
      if !fails {
        try output.write(validation) { _ in
          (count == 1 ? "1 policy is" : "\(count) policies are") + " valid.\n"
        }
      }
    }
    if fails { throw ExitCode(ExitStatus.invalidInput.rawValue) }
  }
}

extension Validation.Finding {
  fileprivate init(_ diagnostic: Diagnostic) {
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
