internal import ArgumentParser
internal import Artefacts
internal import Compatibility
internal import Diagnostics
internal import Documents
internal import Files
internal import Rendering
internal import SystemPackage

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what kernel modules are and what they patch.",
    discussion: """
      Only the files are read, and nothing is loaded. What a file does not tell for certain is \
      called unknown. Exits 65 when a file is no kernel module or could not be read; the others \
      are shown all the same.
      """)

  @Argument(help: ArgumentHelp("Kernel modules.", valueName: "file.ko"))
  var files: [String]

  @OptionGroup var output: OutputOptions

  func run() throws {
    var inspection = Inspection(modules: [], problems: [])
    var diagnostics: [Diagnostic] = []
    for file in files {
      do throws(ArtefactProblem) {
        inspection.modules.append(try inspectedModule(FilePath(file)))
      } catch {
        inspection.problems.append(
          InspectionProblem(path: file, message: error.message, advice: error.advice))
        diagnostics.append(Diagnostic(.notInspected, error.message, advice: error.advice))
      }
    }
    writeError(text(of: diagnostics, output.errorStyle))
    if !inspection.modules.isEmpty || output.output == .json {
      try output.write(inspection) { text(of: inspection, $0) }
    }
    if !diagnostics.isEmpty { throw ExitCode(ExitStatus.invalidInput.rawValue) }
  }

  /// Whoever owns it: nothing of it is run.
  private func inspectedModule(_ path: FilePath) throws(ArtefactProblem) -> InspectedModule {
    let artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
    return InspectedModule(
      artefact.facts,
      file: InspectedModule.File(
        path: path.string, sha256: artefact.sha256, size: artefact.size, compression: .none))
  }
}

extension Diagnostic.Code {
  static let notInspected = Diagnostic.Code(
    "not-inspected", "A file that is no kernel module, or that could not be read.")
}
