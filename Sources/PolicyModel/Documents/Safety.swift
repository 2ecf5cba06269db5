internal import HostFacts
package import Nodes
package import Shapes

/// How carefully changes are made.
package final class Safety: Shaped, Sendable {
  package let signature: Located<SignatureRule>?
  package let transition: Transition?
  package let probation: Located<Duration>?
  package let attempts: Located<AttemptLimit>?
  package let gates: Gates?
  package let hooks: Hooks?

  /// How long a build is on probation where no policy says.
  package static let usualProbation = Duration.seconds(600)

  package init<S: Shape>(_ shape: inout S) {
    signature = shape.optional(
      "signature",
      "whether a module must be signed; verify, a signature that is there, if no policy says")
    transition = shape.optional("transition", "how long the kernel may take over a change")
    probation = shape.optional(
      "probation",
      "a boot that ends uncleanly so soon after a build was applied blocks that build; 10m where no "
        + "policy says")
    attempts = shape.optional(
      "attempts", "how often a stalled load is tried in one boot; 3 times where no policy says")
    gates = shape.optional("gates", "what must hold before each change")
    hooks = shape.optional("hooks", "commands around each change")
  }

  package struct Transition: Shaped, Sendable {
    /// nil leaves it to other policies.
    package let deadline: Located<TransitionDeadline>?
    package let onStall: Located<StallRule>?

    package init<S: Shape>(_ shape: inout S) {
      deadline = shape.optional(
        "deadline", "how long a transition may take; 60s where no policy says")
      onStall = shape.optional(
        "onStall", "what becomes of one that takes longer; revert where no policy says")
    }
  }

  package struct Gates: Shaped, Sendable {
    package let maxLoadPerCPU: Located<LoadLimit>?
    package let minUptime: Located<Duration>?
    package let forbidTaints: Located<[TaintLetter]>?
    package let commands: [Command]?

    package init<S: Shape>(_ shape: inout S) {
      maxLoadPerCPU = shape.optional(
        "maxLoadPerCPU", "the one-minute load average over the CPUs may not be above this")
      minUptime = shape.optional("minUptime", "the host must be up for as long")
      forbidTaints = shape.optional(
        "forbidTaints", "letters of kernel taints that forbid changes; B, D and M if left out")
      commands = shape.optional("commands", "each must exit with 0")
    }
  }

  package struct Hooks: Shaped, Sendable {
    package let preApply: Command?
    package let postApply: Command?
    package let healthCheck: Command?
    package let onFailure: Command?

    package init<S: Shape>(_ shape: inout S) {
      preApply = shape.optional("preApply", "before a change; non-zero defers it")
      postApply = shape.optional("postApply", "after a change was verified")
      healthCheck = shape.optional("healthCheck", "after that; non-zero undoes the change")
      onFailure = shape.optional("onFailure", "after a change failed")
    }
  }

  /// A program with its arguments; no shell sees it.
  package struct Command: Shaped, Sendable {
    package let run: [Located<String>]
    package let timeout: Located<Duration>?
    package let place: Place

    package static let foreignKeys = [
      "command": "run", "cmd": "run", "exec": "run", "program": "run", "script": "run",
      "args": "write the arguments behind the program in `run`",
      "arguments": "write the arguments behind the program in `run`", "timeLimit": "timeout",
    ]

    package init<S: Shape>(_ shape: inout S) {
      place = shape.place
      run =
        shape.required(
          "run", "the program by its absolute path, then its arguments",
          as: NonEmpty<Located<String>>.self
        ).items
      timeout = shape.optional("timeout", "it is killed after this; 30s if left out")
    }
  }
}

/// How long a transition may take before it is reverted: more than nothing.
package struct TransitionDeadline: ShapedValue, Hashable, Sendable {
  /// Zero for the placeholder of a deadline that was wrong.
  package var duration: Duration

  /// What holds where no policy says.
  package static let usual = Duration.seconds(60)

  private static let form = TextForm(
    "a length of time such as 60s or 2m, and more than none",
    TextPattern(
      .characters("1-9", 1...1), .characters("0-9", 0...6), .characters("smhd", 1...1)),
    examples: ["60s", "2m"]
  ) { text in
    Duration(shortText: text) == .zero ? "write 20s or more" : Duration.advice(on: text)
  }

  package init<S: ValueShape>(value shape: inout S) {
    duration = shape.text(TransitionDeadline.form, or: .zero) { Duration(shortText: $0) }
  }
}

/// How often something is tried, at least once.
package struct AttemptLimit: ShapedValue, Hashable, Sendable {
  package let count: Int

  /// What holds where no policy says.
  package static let usual = 3

  package init<S: ValueShape>(value shape: inout S) { count = shape.integer(1...1000) }
}

/// A load average over the number of CPUs.
package struct LoadLimit: ShapedValue, Hashable, Sendable {
  package let value: Double

  package init<S: ValueShape>(value shape: inout S) { value = shape.number(0...100_000, whole: 1) }
}

/// The letter of a kernel taint (Documentation/admin-guide/tainted-kernels.rst).
package struct TaintLetter: FormedText {
  package static let form = TextForm(
    "the letter of a kernel taint, such as D",
    TextPattern(.characters("ABCDEFIJKLMNOPRSTUWX", 1...1)),
    examples: ["D"]
  ) { text in
    let letters = KernelTaint.letters
    if let bit = Int(text), letters.indices.contains(bit) {
      return "write \(letters[bit]), the letter of bit \(bit)"
    }
    let upper = text.uppercased()
    return upper.utf8.count == 1 && letters.contains(Character(upper))
      ? "write \(upper)" : "write its letter: D after an oops, M after a machine check"
  }
  package let text: String
  package init(checked text: String) { self.text = text }
}
