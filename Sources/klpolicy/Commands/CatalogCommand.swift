internal import ArgumentParser
internal import Artefacts
internal import Diagnostics
internal import Files
internal import JSONText
internal import PolicyModel
internal import Rendering
internal import Shapes
internal import SystemPackage

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Writes a PatchSet from a directory of modules.",
    discussion: """
      The same modules give the same text, so that a repository writes it anew and compares. Every \
      *.ko, *.ko.xz, *.ko.gz and *.ko.zst below DIR is read; files are named as they are found \
      from here, so run it where the PatchSet is to lie. The patch is named after the module, \
      without klp_, kpatch_ or livepatch_ in front and _v2 and the like behind, with - for _; the \
      version is the module's own, or else that number. What a module does not tell, such as what \
      it fixes, is for a policy or another PatchSet to say. Files that are no live patch are named \
      on standard error and left out, and the exit status is 65.
      """)

  enum Format: String, OutputFormat {
    case yaml, json
  }

  @Argument(help: ArgumentHelp("The directory of modules.", valueName: "dir"))
  var directory: String
  @Option(help: ArgumentHelp("The PatchSet's name.", valueName: "name"))
  var name = "catalogue"
  @Option(
    help: ArgumentHelp(
      "What replace is for modules that do not tell: true or false.", valueName: "bool"))
  var replace: Bool?
  @Option(
    help: ArgumentHelp(
      "Name the modules by url, with this in front of their paths below DIR.", valueName: "https"))
  var url: String?
  @OptionGroup var output: Output<Format>

  func validate() throws {
    guard DocumentName.form.pattern?.matches(name) == true else {
      throw ValidationError("--name takes \(DocumentName.form.name).")
    }
    if let url, ArtefactURL.form.pattern?.matches(url) != true {
      throw ValidationError("--url takes \(ArtefactURL.form.name).")
    }
  }

  func run() throws {
    let (catalogue, diagnostics) = ModuleCatalogue.read(
      FilePath(directory), name: name, replace: replace, url: url)
    writeError(text(of: diagnostics, output.errorStyle))
    if !catalogue.patches.isEmpty {
      switch output.output ?? .yaml {
      case .yaml: try output.write(Array(catalogue.yaml.utf8))
      case .json: try output.write(json: catalogue)
      }
    }
    if !diagnostics.isEmpty { throw ExitCode(ExitStatus.invalidInput.rawValue) }
  }
}

extension Diagnostic.Code {
  static let notCatalogued = Diagnostic.Code(
    "not-catalogued", "A file that cannot be part of a PatchSet.")
}
