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
    package let foreign: [ForeignPatch]
    package let holds: [TestHold]
    /// When the journal's newest record was written; nil where it has none.
    package let newestRecordAt: Located<Moment>?
    /// What gate commands answer, by their programs; nil where they are not asked.
    package let commands: [String: Located<CommandReply>]?
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
          "loaded", "the patches that klpolicy has loaded on the host before, in that order") ?? []
      foreign =
        shape.optional("foreign", "the live patches that somebody else has loaded, by module")
        ?? []
      holds = shape.optional("holds", "what people hold (klpolicy hold); nothing if left out") ?? []
      newestRecordAt = shape.optional(
        "newestRecordAt",
        "when klpolicy wrote to its journal last; later than `at`: the clock has run backwards")
      let replies: CommandReplies? = shape.optional(
        "commands",
        "what gate commands answer, by their programs; the rest passes, and all do if left out")
      commands = replies?.byProgram
      snapshot = shape.optional(
        "snapshot",
        "a HostSnapshot, relative to this file; instead of host, and of what was before")
      at = shape.optional(
        "at", "the time; of a snapshot, when it was taken if left out, and of a host never left out"
      )
      expect = shape.required("expect", "the plan that is due; what is left out is not looked at")
      shape.exactlyOne(ofGroups: [
        KeyGroup(
          ["host", "at"], optional: ["loaded", "foreign", "holds", "newestRecordAt", "commands"]),
        KeyGroup(["snapshot"], optional: ["at", "commands"]),
      ])
    }
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
