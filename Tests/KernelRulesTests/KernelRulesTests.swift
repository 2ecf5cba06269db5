import KernelRules
import Testing

/// A sequence of operations and what a kernel answers, as plain text: what `transcript` writes.
struct Scenario: CustomTestStringConvertible, Sendable {
  var name: String
  var operations: [String]
  var answers: [String]

  var testDescription: String { name }

  static let all = [
    Scenario(
      name: "a patch is loaded, disabled and unloaded",
      operations: ["load a 01", "complete", "disable a", "complete", "unload a"],
      answers: ["ok", "ok", "a 01 applied", "ok", "ok", "a 01 resident", "ok"]),
    Scenario(
      name: "an enabled patch cannot be unloaded",
      operations: ["load a 01", "unload a", "complete", "unload a"],
      answers: ["ok", "EAGAIN", "ok", "a 01 applied", "EAGAIN", "a 01 applied"]),
    Scenario(
      name: "a name is in memory once, applied or resident",
      operations: [
        "load a 01", "load a 02", "complete", "load a 01", "disable a", "complete", "load a 02",
      ],
      answers: [
        "ok", "EEXIST", "ok", "a 01 applied", "EEXIST", "a 01 applied", "ok", "ok",
        "a 01 resident", "EEXIST", "a 01 resident",
      ]),
    Scenario(
      name: "one transition at a time",
      operations: ["load a 01", "complete", "load b 02", "load c 03", "disable a", "complete"],
      answers: [
        "ok", "ok", "a 01 applied", "ok", "EBUSY", "EBUSY", "ok", "a 01 applied",
        "b 02 applied",
      ]),
    Scenario(
      name: "disabling works in any order",
      operations: ["load a 01", "complete", "load b 02", "complete", "disable a", "complete"],
      answers: [
        "ok", "ok", "a 01 applied", "ok", "ok", "a 01 applied", "b 02 applied", "ok", "ok",
        "a 01 resident", "b 02 applied",
      ]),
    Scenario(
      name: "a load is reversed",
      operations: ["load a 01", "disable a", "complete"],
      answers: ["ok", "ok", "ok", "a 01 resident"]),
    Scenario(
      name: "a reversed load is reversed again",
      operations: ["load a 01", "disable a", "enable a", "complete"],
      answers: ["ok", "ok", "ok", "ok", "a 01 applied"]),
    Scenario(
      name: "the state it is in already is refused, also in mid-transition",
      operations: ["load a 01", "enable a", "complete", "enable a", "disable a", "disable a"],
      answers: [
        "ok", "EINVAL", "ok", "a 01 applied", "EINVAL", "a 01 applied", "ok", "EINVAL",
      ]),
    Scenario(
      name: "a disabled patch has no files",
      operations: ["load a 01", "disable a", "complete", "enable a", "disable a", "force a"],
      answers: [
        "ok", "ok", "ok", "a 01 resident", "ENOENT", "a 01 resident", "ENOENT",
        "a 01 resident", "ENOENT", "a 01 resident",
      ]),
    Scenario(
      name: "a replace patch takes all others off when it is complete",
      operations: [
        "load a 01", "complete", "load b 02", "complete", "load r 03 replace", "complete",
        "load a 01", "unload a", "load a 01", "complete",
      ],
      answers: [
        "ok", "ok", "a 01 applied", "ok", "ok", "a 01 applied", "b 02 applied", "ok", "ok",
        "a 01 resident", "b 02 resident", "r 03 applied",
        "EEXIST", "a 01 resident", "b 02 resident", "r 03 applied",
        "ok", "b 02 resident", "r 03 applied",
        "ok", "ok", "b 02 resident", "r 03 applied", "a 01 applied",
      ]),
    Scenario(
      name: "a reversed replacement takes nothing off",
      operations: ["load a 01", "complete", "load r 03 replace", "disable r", "complete"],
      answers: [
        "ok", "ok", "a 01 applied", "ok", "ok", "ok", "a 01 applied", "r 03 resident",
      ]),
    Scenario(
      name: "a replace patch whose disabling is reversed leaves alone what stacks on it",
      operations: [
        "load r 01 replace", "complete", "load a 02", "complete", "disable r", "enable r",
        "complete",
      ],
      answers: [
        "ok", "ok", "r 01 applied", "ok", "ok", "r 01 applied", "a 02 applied", "ok", "ok", "ok",
        "r 01 applied", "a 02 applied",
      ]),
    Scenario(
      name: "a forced load can be taken off again",
      operations: ["load a 01", "force a", "complete", "disable a", "complete", "unload a"],
      answers: ["ok", "ok", "ok", "a 01 applied", "ok", "ok", "a 01 resident", "ok"]),
    Scenario(
      name: "a forced disabling pins the module",
      operations: [
        "load a 01", "complete", "disable a", "force a", "complete", "unload a", "load a 01",
      ],
      answers: [
        "ok", "ok", "a 01 applied", "ok", "ok", "ok", "a 01 pinned", "EAGAIN", "a 01 pinned",
        "EEXIST", "a 01 pinned",
      ]),
    Scenario(
      name: "a forced replacement pins what it replaced",
      operations: [
        "load a 01", "complete", "load r 03 replace", "force r", "complete", "unload a",
        "disable r", "complete", "unload r",
      ],
      answers: [
        "ok", "ok", "a 01 applied", "ok", "ok", "ok", "a 01 pinned", "r 03 applied",
        "EAGAIN", "a 01 pinned", "r 03 applied", "ok", "ok", "a 01 pinned", "r 03 resident",
        "ok", "a 01 pinned",
      ]),
    Scenario(
      name: "force is refused outside the transition",
      operations: ["load a 01", "complete", "force a", "load b 02", "force a"],
      answers: ["ok", "ok", "a 01 applied", "EINVAL", "a 01 applied", "ok", "EINVAL"]),
    Scenario(
      name: "what is not there cannot be taken off",
      operations: ["disable a", "enable a", "unload a"],
      answers: ["ENOENT", "ENOENT", "ENOENT"]),
  ]
}

@Test("The kernel's rules", arguments: Scenario.all)
func scenario(_ scenario: Scenario) throws {
  let operations = try scenario.operations.map { try #require(KernelModel.Operation($0)) }
  let answers = KernelModel().transcript(of: operations).filter { !$0.hasPrefix("> ") }
  #expect(answers == scenario.answers)
}

@Test("While modules are disabled, a patch can be disabled but not loaded or unloaded")
func modulesDisabled() throws {
  var kernel = try KernelModel().applying(.load(name: "a", buildID: "01", replace: false))
    .applying(.complete)
  kernel.modulesDisabled = true
  #expect(throws: KernelModel.Refusal.notPermitted) {
    try kernel.applying(.load(name: "b", buildID: nil, replace: false))
  }
  let disabled = try kernel.applying(.disable("a")).applying(.complete)
  #expect(throws: KernelModel.Refusal.notPermitted) { try disabled.applying(.unload("a")) }
  #expect(disabled.state(of: "a") == .resident)
}

@Test("Before 5.18, force pins every patch in the list")
func forceBefore518() throws {
  let kernel = try KernelModel(
    parsing: """
      module a 01 listed
      module b 02 listed
      transition b enabling
      force-pins-every-patch
      """)
  let disabled = try kernel.applying(.force("b")).applying(.complete)
    .applying(.disable("a")).applying(.complete)
  #expect(disabled.state(of: "a") == .pinned)
  #expect(disabled.state(of: "b") == .applied)
}

struct Replacement: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var kernel: String
  var lower: KernelModel.State
}

@Test(
  "A patch under a replacement is not simply applied",
  arguments: [
    Replacement(
      testDescription: "a replace patch is being enabled over it",
      kernel: "module a 01 listed\nmodule r 02 listed replace\ntransition r enabling",
      lower: .replacing),
    Replacement(
      testDescription: "that load is being reversed",
      kernel: "module a 01 listed\nmodule r 02 listed replace\ntransition r disabling",
      lower: .replacing),
    Replacement(
      testDescription: "another patch is being enabled beside it",
      kernel: "module a 01 listed\nmodule b 02 listed\ntransition b enabling", lower: .applied),
    Replacement(
      testDescription: "it stacks on a replace patch that is being disabled",
      kernel: "module r 02 listed replace\nmodule a 01 listed\ntransition r disabling",
      lower: .applied),
    Replacement(
      testDescription: "it is already off", kernel: "module a 01 resident", lower: .resident),
  ])
func replacing(_ replacement: Replacement) throws {
  #expect(try KernelModel(parsing: replacement.kernel).state(of: "a") == replacement.lower)
}

@Test(
  "States that no kernel can be in are refused",
  arguments: [
    ("module a 01 listed\nmodule a 02 resident", KernelModel.Inconsistency.loadedTwice("a")),
    ("transition a enabling", .transitionOfUnlisted("a")),
    ("module a 01 resident\ntransition a disabling", .transitionOfUnlisted("a")),
    ("module a 01 loaded", .unreadable(line: "module a 01 loaded")),
    ("module a 01 listed replace replace", .unreadable(line: "module a 01 listed replace replace")),
    ("transition a sideways", .unreadable(line: "transition a sideways")),
    ("modul a", .unreadable(line: "modul a")),
  ])
func inconsistent(text: String, why: KernelModel.Inconsistency) {
  #expect(throws: why) { try KernelModel(parsing: text) }
}

@Test(
  "Lines that are no operation are not read as one",
  arguments: ["", "load", "load a", "load a 01 twice", "disable", "complete a", "rmmod a"])
func noOperation(_ line: String) {
  #expect(KernelModel.Operation(line) == nil)
}
