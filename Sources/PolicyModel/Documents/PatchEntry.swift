package import Diagnostics
package import HostFacts
package import Nodes
package import Shapes

/// Other words for what a build says of itself.
let buildWords = [
  "checksum": "sha256", "digest": "sha256", "hash": "sha256", "sha": "sha256", "path": "file",
  "source": "file", "uri": "url", "cve": "fixes", "cves": "fixes", "depends": "requires",
  "dependsOn": "requires", "after": "requires", "cumulative": "replace", "date": "released",
]

/// What one rule of a policy says about one patch: that it is absent, which build of a `PatchSet`
/// is wanted, or all of a build, defined in place. A name alone is short for `{name: ...}`.
///
/// A reference, like the policy and the rule around it: rules pass them around by the ten thousand.
package final class PatchEntry: Shaped, Sendable {
  package static let shorthand: String? = "name"
  package static let foreignKeys = [
    "enabled": "write state: absent to take a patch off; a patch that is named is applied",
    "present": "write state: absent to take a patch off; a patch that is named is applied",
    "ensure": "state",
    "description": "leave it out, or write a comment: # ...",
  ].merging(buildWords) { word, _ in word }

  package let name: Located<PatchName>
  package let state: Located<WantedState>
  /// The version of the build that is defined here, or the versions of a reference that are
  /// admitted.
  package let version: Located<VersionRange>?
  package let module: Located<ModuleName>?
  package let file: Located<ArtefactPath>?
  package let url: Located<ArtefactURL>?
  package let sha256: Located<Digest>?
  package let buildID: Located<BuildID>?
  package let kernelBuildID: Located<BuildID>?
  package let replace: Located<Bool>?
  package let released: Located<CalendarDate>?
  package let fixes: Located<[CVE]>?
  package let severity: Located<Severity>?
  package let requires: [Located<PatchName>]?
  package let fixedIn: Located<KernelReleaseList>?
  /// Where the entry begins.
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    name = shape.required("name", "the patch's name, the same for all its builds")
    state =
      shape.optional("state", "applied where it is not said; absent takes the patch off")
      ?? Located(.applied, at: shape.place)
    version = shape.optional(
      "version",
      "of a patch from a PatchSet, the versions admitted, such as <3; of one defined here, its own")
    module = shape.optional("module", "the kernel module's name, for a patch defined here")
    file = shape.optional("file", "the module file, relative to the policy file")
    url = shape.optional("url", "where the module file is published; instead of file")
    sha256 = shape.optional("sha256", "SHA-256 of the file as it lies there")
    buildID = shape.optional("buildID", "the module's GNU build ID")
    kernelBuildID = shape.optional(
      "kernelBuildID", "the GNU build ID of the kernel it was built for (/sys/kernel/notes)")
    replace = shape.optional(
      "replace", "whether the module takes all other live patches off (klp_patch.replace)")
    released = shape.optional("released", "the day the build was released")
    fixes = shape.optional("fixes", "the CVEs that the patch fixes")
    severity = shape.optional("severity", "how bad what it fixes is")
    requires = shape.optional("requires", "the patches that must be applied before it")
    fixedIn = shape.optional("fixedIn", "the kernel releases that have the fix themselves")
  }

  package var location: Location { place.location }

  /// Whether it says what the module is, and not only which patch is meant.
  package var isInPlace: Bool { module != nil || file != nil || url != nil || sha256 != nil }
}
