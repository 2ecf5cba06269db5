package import Nodes
package import Shapes

/// What policies are expected to do, without a host: cases that `klpolicy test` runs.
package final class PolicyTest: DocumentType, Sendable {
  package static let kind = "PolicyTest"
  package static let about = "What policies are expected to do: hosts, times and the plans due."

  package let metadata: Metadata
  package let spec: Spec
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    metadata = shape.required("metadata", "the test's name")
    spec = shape.required("spec", "the cases")
  }

  package struct Spec: Shaped, Sendable {
    package let cases: [Case]

    package static let foreignKeys = ["tests": "cases"]

    package init<S: Shape>(_ shape: inout S) {
      cases = shape.required("cases", "the cases", as: NonEmpty<Case>.self).items
    }
  }

  /// One host at one moment, and the plan that is due.
  package final class Case: Shaped, Sendable {
    package let name: Located<String>
    package let host: TestHost?
    package let loaded: [LoadedPatch]
    package let foreign: [Located<ModuleName>]
    /// A snapshot's file, relative to the document.
    package let snapshot: Located<ArtefactPath>?
    package let at: Located<Moment>?
    package let expect: Expectation
    package let place: Place

    package init<S: Shape>(_ shape: inout S) {
      place = shape.place
      name = shape.required("name", "what must hold, in a few words; unique in the document")
      host = shape.optional("host", "the host's facts")
      loaded =
        shape.optional(
          "loaded", "the patches that klpolicy has applied on the host before, in that order") ?? []
      foreign =
        shape.optional("foreign", "the live patches that somebody else has applied, by module")
        ?? []
      snapshot = shape.optional(
        "snapshot", "a HostSnapshot, relative to this file; instead of host, loaded and foreign")
      at = shape.optional(
        "at", "the time; of a snapshot, when it was taken if left out, and of a host never left out"
      )
      expect = shape.required("expect", "the plan that is due; what is left out is not looked at")
      shape.exactlyOne(ofGroups: [
        KeyGroup(["host", "at"], optional: ["loaded", "foreign"]),
        KeyGroup(["snapshot"], optional: ["at"]),
      ])
    }
  }
}

/// A patch that klpolicy has applied on a test's host. A name alone is short for `{patch: ...}`.
package struct LoadedPatch: Shaped, Sendable {
  package static let shorthand: String? = "patch"
  package static let foreignKeys = ["module": "patch", "name": "patch"]
  package let patch: Located<PatchName>
  package let version: Located<BuildVersion>?
  package let module: Located<ModuleName>?
  package let policy: Located<DocumentName>?

  package init<S: Shape>(_ shape: inout S) {
    patch = shape.required("patch", "its name")
    version = shape.optional(
      "version", "which of the builds for the kernel; the highest if left out")
    module = shape.optional(
      "module", "the build's module; needed where no document has the build any more")
    policy = shape.optional(
      "policy", "the policy it was loaded for; the one that wins the patch if left out")
  }
}

/// The name of a patch or of a module, whichever says it best.
package struct PatchOrModule: FormedText {
  package static let form = TextForm(
    "the name of a patch or of a module: letters, digits, `.`, `_` and `-`, at most 128",
    TextPattern(.characters("A-Za-z0-9._-", 1...128)), examples: ["cve-2026-0042"])
  package let text: String
  package init(checked text: String) { self.text = text }
}
