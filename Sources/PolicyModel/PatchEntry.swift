package import Diagnostics
package import Nodes
package import Shapes

/// What one rule of a policy says about one patch. A name alone is short for `{name: ...}`.
package struct PatchEntry: Shaped, Sendable {
  package var name: Located<PatchName>
  package var state: Located<WantedState>
  package var module: Located<ModuleName>?
  package var file: Located<ArtefactPath>?
  package var sha256: Located<Digest>?
  package var replace: Located<Bool>?
  package var version: Located<BuildVersion>?
  package var fixes: Located<[CVE]>?
  package var severity: Located<Severity>?
  package var released: Located<CalendarDate>?
  package var requires: [Located<PatchName>]?
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

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.mapping(PatchEntry.self, shorthand: "name")
  }

  package var location: Location { place.location }
}
