package import Diagnostics
internal import HostFacts
internal import Nodes
package import Shapes
package import SystemPackage

/// A module for one kernel release: what it is called, where it lies and what its bytes are.
package struct BuildDefinition: Hashable, Sendable {
  package enum Origin: Hashable, Sendable {
    /// As seen from the working directory, or absolute.
    case file(FilePath)
    case url(String)
    /// What klpolicy keeps of a build that it loaded before, whoever names it now.
    case store
  }

  package var module: String
  package var origin: Origin
  /// Of the file as it lies there, in lower-case hex.
  package var sha256: String
  /// nil where the policy does not say.
  package var replace: Bool?
  package var version: String?
  package var released: CalendarDate?
  /// The module's GNU build ID, in lower-case hex, where the policy says it.
  package var buildID: String?
  /// The GNU build ID of the kernel that it was built for, where the policy says it.
  package var kernelBuildID: String?
  /// Where it is said that it was withdrawn, without the line of text; nil where nobody says so.
  package var withdrawnAt: Location?
  /// Whether it is brought back as it was verified before, from klpolicy's own copy where it has one.
  package var isRestored: Bool
  /// Where it is defined, without the line of text.
  package var source: Location

  package init(
    module: String, origin: Origin, sha256: String, replace: Bool?, version: String? = nil,
    released: CalendarDate? = nil, buildID: String? = nil, kernelBuildID: String? = nil,
    withdrawnAt: Location? = nil, isRestored: Bool = false, source: Location
  ) {
    self.module = module
    self.origin = origin
    self.sha256 = sha256
    self.replace = replace
    self.version = version
    self.released = released
    self.buildID = buildID
    self.kernelBuildID = kernelBuildID
    self.withdrawnAt = withdrawnAt
    self.isRestored = isRestored
    self.source = source
  }
}

extension BuildDefinition.Origin: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let path): path.string
    case .url(let url): url
    case .store: "klpolicy's own copy"
    }
  }

  /// The file that a document names, from the document's own directory on.
  init?(file: ArtefactPath?, url: ArtefactURL?, in document: String) {
    if let file {
      let directory = FilePath(document).removingLastComponent()
      self = .file(directory.pushing(FilePath(file.text)))
    } else if let url {
      self = .url(url.text)
    } else {
      return nil
    }
  }

  /// Equal for two ways to write one place.
  var normalized: BuildDefinition.Origin {
    if case .file(let path) = self { .file(path.lexicallyNormalized()) } else { self }
  }
}

extension BuildDefinition {
  init(_ build: CatalogueBuild) {
    self.init(
      module: build.module.value.text,
      // The shape of the document sees to it that one of them is there.
      origin: Origin(
        file: build.file?.value, url: build.url?.value, in: build.place.source.path)
        ?? .file(""),
      sha256: build.sha256.value.text, replace: build.replace?.value,
      version: build.version?.value.text, released: build.released?.value,
      buildID: build.buildID?.value.text, kernelBuildID: build.kernelBuildID?.value.text,
      withdrawnAt: build.isWithdrawn ? build.place.bareLocation : nil,
      source: build.place.bareLocation)
  }

  /// nil for an entry that does not define a build.
  init?(_ entry: PatchEntry) {
    guard let module = entry.module, let sha256 = entry.sha256,
      let origin = Origin(
        file: entry.file?.value, url: entry.url?.value, in: entry.place.source.path)
    else { return nil }
    self.init(
      module: module.value.text, origin: origin, sha256: sha256.value.text,
      replace: entry.replace?.value, version: entry.version?.value.text,
      released: entry.released?.value, buildID: entry.buildID?.value.text,
      kernelBuildID: entry.kernelBuildID?.value.text, source: entry.place.bareLocation)
  }

  /// It is never loaded, and comes off where klpolicy loaded it.
  package var isWithdrawn: Bool { withdrawnAt != nil }

  /// Whether another definition speaks of the very same module: of the same bytes, or of the same
  /// build where both say which it is.
  func isSameModule(as other: BuildDefinition) -> Bool {
    module == other.module
      && (sha256 == other.sha256 || (buildID != nil && buildID == other.buildID))
  }

  /// What a person calls it: `version 2 (klp_fix_2)`.
  package var title: String { (version.map { "version \($0) " } ?? "the build ") + "(\(module))" }
}
