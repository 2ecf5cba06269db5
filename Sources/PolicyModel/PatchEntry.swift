package import Diagnostics
package import Nodes
package import Shapes

/// What one rule of a policy says about one patch. A name alone is short for `{name: ...}`.
///
/// A reference, like the policy and the rule around it: rules pass them around by the ten thousand.
package final class PatchEntry: Shaped, Sendable {
  package static let shorthand: String? = "name"

  package let name: Located<PatchName>
  package let state: Located<WantedState>
  package let module: Located<ModuleName>?
  package let file: Located<ArtefactPath>?
  package let sha256: Located<Digest>?
  package let replace: Located<Bool>?
  package let version: Located<BuildVersion>?
  package let fixes: Located<[CVE]>?
  package let severity: Located<Severity>?
  package let released: Located<CalendarDate>?
  package let requires: [Located<PatchName>]?
  /// Where the entry begins.
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    name = shape.required("name", "the patch's name, the same for all its builds")
    state =
      shape.optional("state", "applied where it is not said; absent takes the patch off")
      ?? Located(.applied, at: shape.place)
    module = shape.optional("module", "the kernel module's name")
    file = shape.optional("file", "the module file, relative to the policy file")
    sha256 = shape.optional("sha256", "SHA-256 of the file as it lies there")
    replace = shape.optional(
      "replace", "whether the module takes all other live patches off (klp_patch.replace)")
    version = shape.optional("version", "the version of this build")
    fixes = shape.optional("fixes", "the CVEs that the patch fixes")
    severity = shape.optional("severity", "how bad what it fixes is")
    released = shape.optional("released", "the day the build was released")
    requires = shape.optional("requires", "the patches that must be applied before it")
  }

  package var location: Location { place.location }
}
