package import Diagnostics
package import HostFacts
package import Nodes
package import Shapes

/// A catalogue of patches: what each fixes, and its module for each kernel release.
package final class PatchSet: DocumentType, Sendable {
  package static let kind = "PatchSet"
  package static let about =
    "A catalogue of live patches: what each fixes, and its builds by kernel release and version."

  package let metadata: Metadata
  package let spec: Spec
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    metadata = shape.required("metadata", "the catalogue's name")
    spec = shape.required("spec", "what is in it")
  }

  package struct Spec: Shaped, Sendable {
    package let patches: [CataloguePatch]

    package init<S: Shape>(_ shape: inout S) {
      patches = shape.required("patches", "the patches")
    }
  }
}

/// A named fix in a catalogue.
package final class CataloguePatch: Shaped, Sendable {
  package let name: Located<PatchName>
  package let fixes: Located<[CVE]>?
  package let severity: Located<Severity>?
  package let requires: [Located<PatchName>]?
  package let fixedIn: Located<KernelReleaseList>?
  package let builds: [CatalogueBuild]
  package let place: Place

  package static let foreignKeys = [
    "state": "leave it out: a policy says which patches are applied",
    "description": "leave it out, or write a comment: # ...", "modules": "builds",
  ].merging(["cve", "cves", "depends", "dependsOn"].map { ($0, buildWords[$0] ?? $0) }) { $1 }

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    name = shape.required("name", "the patch's name, by which policies refer to it")
    fixes = shape.optional("fixes", "the CVEs that the patch fixes")
    severity = shape.optional("severity", "how bad what it fixes is")
    requires = shape.optional("requires", "the patches that must be applied before it")
    fixedIn = shape.optional(
      "fixedIn",
      "the kernel releases that have the fix themselves, such as >=6.1.0-57; or a list of such")
    builds = shape.required("builds", "its modules, each for one kernel release")
  }

  package var location: Location { place.location }
}

/// The module of a patch for one kernel release, at a version.
package final class CatalogueBuild: Shaped, Sendable {
  package let release: Located<ExactRelease>
  package let version: Located<BuildVersion>?
  package let module: Located<ModuleName>
  package let file: Located<ArtefactPath>?
  package let url: Located<ArtefactURL>?
  package let sha256: Located<Digest>
  package let buildID: Located<BuildID>?
  package let kernelBuildID: Located<BuildID>?
  package let replace: Located<Bool>?
  package let released: Located<CalendarDate>?
  package let withdrawn: Located<Bool>?
  package let place: Place

  package static let foreignKeys = buildWords.merging(["kernel": "release"]) { $1 }

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    release = shape.required("release", "the one kernel release it is for (uname -r)")
    version = shape.optional("version", "orders the builds of a release; the highest is wanted")
    module = shape.required("module", "the kernel module's name")
    file = shape.optional("file", "the module file, relative to this file")
    url = shape.optional("url", "where the module file is published; instead of file")
    shape.exactlyOne(of: ["file", "url"])
    sha256 = shape.required("sha256", "SHA-256 of the file as it lies there")
    buildID = shape.optional("buildID", "the module's GNU build ID")
    kernelBuildID = shape.optional(
      "kernelBuildID", "the GNU build ID of the kernel it was built for (/sys/kernel/notes)")
    replace = shape.optional(
      "replace", "whether the module takes all other live patches off (klp_patch.replace)")
    released = shape.optional("released", "the day the build was released")
    withdrawn = shape.optional(
      "withdrawn", "true: it is never loaded, and taken off where it is, at once")
  }

  package var location: Location { place.location }
  package var isWithdrawn: Bool { withdrawn?.value == true }
}

/// One kernel release, as `uname -r` says it.
package struct ExactRelease: FormedText {
  package static let form = TextForm(
    "one kernel release such as 6.1.0-56-cloud-amd64",
    TextPattern(.characters("A-Za-z0-9._+~-", 1...128)), examples: ["6.1.0-56-cloud-amd64"]
  ) { text in
    text.contains(where: { "*?[<>=!".contains($0) })
      ? "write a release as uname -r says it, and an entry for each further one: a module fits one"
      : "write a release as uname -r says it"
  }
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// Some kernel releases: one pattern, or several of which one must match.
package struct KernelReleaseList: ShapedValue, Hashable, Sendable {
  package let patterns: [KernelReleasePattern]

  package init<S: ValueShape>(value shape: inout S) {
    patterns = OneOrMany<KernelReleasePattern>(value: &shape).items
  }

  package func contains(_ release: KernelRelease) -> Bool {
    patterns.contains { $0.matches(release) }
  }
}
