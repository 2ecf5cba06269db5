internal import Nodes
package import Shapes

/// A patch that klpolicy has loaded on a test's host. A name alone is short for `{patch: ...}`.
package struct LoadedPatch: Shaped, Sendable {
  package static let shorthand: String? = "patch"
  package static let foreignKeys = ["module": "patch", "name": "patch"]
  package let patch: Located<PatchName>
  package let version: Located<BuildVersion>?
  package let module: Located<ModuleName>?
  package let policy: Located<DocumentName>?
  package let state: Located<TestState>

  package init<S: Shape>(_ shape: inout S) {
    patch = shape.required("patch", "its name")
    version = shape.optional(
      "version", "which of the builds for the kernel; the highest if left out")
    module = shape.optional(
      "module", "the build's module; needed where no document has the build any more")
    policy = shape.optional(
      "policy", "the policy it was loaded for; the one that wins the patch if left out")
    state = shape.state()
  }
}

/// A live patch that somebody else has loaded on a test's host. A name alone is short for
/// `{module: ...}`.
package struct ForeignPatch: Shaped, Sendable {
  package static let shorthand: String? = "module"
  package static let foreignKeys = ["name": "module", "patch": "module"]
  package let module: Located<ModuleName>
  package let state: Located<TestState>

  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "its name")
    state = shape.state()
  }
}

extension Shape {
  fileprivate mutating func state() -> Located<TestState> {
    let place = place
    return optional("state", "where it stands; applied if left out")
      ?? Located(.applied, at: place)
  }
}

/// Where a live patch stands before a test's plan is made, in the words of a snapshot.
package enum TestState: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case applied, enabling, disabling, resident, pinned

  package var about: String {
    switch self {
    case .applied: "in force"
    case .enabling: "its transition to be in force is running"
    case .disabling: "its transition to be out of force is running"
    case .resident: "out of force, and still in memory"
    case .pinned: "the same, and it cannot leave memory"
    }
  }
}

/// The word of a person on a test's host. The name of a patch alone is short for `{patch: ...}`.
package struct TestHold: Shaped, Sendable {
  package static let shorthand: String? = "patch"
  package static let foreignKeys = ["name": "patch"]
  package let patch: Located<PatchName>?
  package let until: Located<Moment>?

  package init<S: Shape>(_ shape: inout S) {
    patch = shape.optional("patch", "what is held; everything on the host if left out")
    until = shape.optional("until", "when it ends by itself; never if left out")
  }
}

/// What a gate command does in a test.
package enum CommandReply: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case passes, refuses, hangs

  package var about: String {
    switch self {
    case .passes: "it exits with 0"
    case .refuses: "it exits with another code"
    case .hangs: "it does not end in time"
    }
  }
}

/// Replies by the absolute path of the program.
struct CommandReplies: ShapedValue, Sendable {
  let byProgram: [String: Located<CommandReply>]

  private static let program = TextForm(
    "the absolute path of a program, as `run` has it",
    TextPattern(.literal("/"), .anyCharacters(but: "\0", 1...4094)),
    examples: ["/usr/local/bin/can-change"])

  init<S: ValueShape>(value shape: inout S) {
    byProgram = shape.dictionary(CommandReplies.program, of: Located<CommandReply>.self)
  }
}
