internal import ArgumentParser
internal import Diagnostics
internal import JSONText
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
      diagnostics: diagnostics)
    if output.output == .json {
      try output.write(validation, default: .json) { _ in "" }
    } else {
      writeError(text(of: diagnostics, output.errorStyle))
      if !fails { try output.write(validation) { validation.text($0) } }
    }
    if fails { throw ExitCode(ExitStatus.invalidInput.rawValue) }
  }
}
