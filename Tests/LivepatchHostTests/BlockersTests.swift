import Documents
import LivepatchHost
import Testing

@Suite("Who blocks a transition")
struct BlockersTests {
  /// Process 7 has two tasks, process 30 one.
  private func fake(enabled: Int = 1) throws -> FakeHost {
    let fake = try FakeHost(.linux6_12, [.patch("a", enabled: enabled, transition: 1)])
    for (task, state, command) in [
      ("7/task/7", 1, "server"), ("7/task/8", 0, "worker"), ("30/task/30", -1, "idle"),
    ] {
      try fake.write("proc/\(task)/patch_state", "\(state)\n")
      try fake.write("proc/\(task)/comm", "\(command)\n")
      try fake.write(
        "proc/\(task)/stack", "[<0>] msleep+0x2d/0x40\n[<0>] kthread+0xd7/0x100\n")
    }
    try fake.write("proc/self/task/9/patch_state", "0\n")
    return fake
  }

  private let stack = ["msleep+0x2d/0x40", "kthread+0xd7/0x100"]
  private let nothing =
    "nothing that changes is on its stack: the kernel has not looked at it since, or finds its stack "
    + "unreliable"

  @Test(
    "why each of them does, as far as its stack and its state show it",
    arguments: [
      (
        ["msleep+0x2d/0x40", "cmdline_proc_show+0x1/0x20"], "8 (a) b) S 1 1 1 0 -1 4194304 0",
        "it sleeps in cmdline_proc_show, which a patches"
      ),
      (
        ["lab_hold_here+0x3/0x9 [a]"], "8 (x) D 2 0 0 0 -1 2129984 0",
        "it sleeps in lab_hold_here of the live patch a"
      ),
      // A function of that name in a module that is not patched.
      (
        ["cmdline_proc_show+0x1/0x20 [other]"], "8 (x) R 2 0 0 0 -1 2129984 0",
        "it is running on a CPU, a kernel thread, where nothing can look at its stack"
      ),
      (
        ["kthread+0xd7/0x100"], "8 (x) D 2 0 0 0 -1 2129984 0",
        "nothing that changes is on its stack, a kernel thread: the kernel has not looked at it "
          + "since, or finds its stack unreliable"
      ),
    ])
  func why(stack: [String], stat: String, why: String) throws {
    let fake = try fake()
    try fake.write("sys/kernel/livepatch/a/vmlinux/patched", "1\n")
    try fake.write("sys/kernel/livepatch/a/vmlinux/cmdline_proc_show,1/x", "")
    try fake.write("proc/7/task/8/stack", stack.map { "[<0>] \($0)\n" }.joined())
    try fake.write("proc/7/task/8/stat", stat + "\n")
    #expect(try fake.host().blockers(of: "a").tasks.map(\.why) == [why])
  }

  @Test("to be enabled: the tasks that are not patched yet", arguments: [true, nil])
  func enabling(enabled: Bool?) throws {
    let found = try fake().host().blockers(of: "a", enabled: enabled)
    let worker = Blocker(pid: 7, tid: 8, command: "worker", stack: stack, why: nothing)
    #expect(found == Blockers(tasks: [worker], unobserved: []))
  }

  @Test("to be disabled: the tasks that are still patched", arguments: [false, nil])
  func disabling(enabled: Bool?) throws {
    let found = try fake(enabled: 0).host().blockers(of: "a", enabled: enabled)
    let server = Blocker(pid: 7, tid: 7, command: "server", stack: stack, why: nothing)
    #expect(found == Blockers(tasks: [server], unobserved: []))
  }

  @Test("nobody, when the patch is not in transition", arguments: ["a", "other"])
  func none(module: String) throws {
    let fake = try fake()
    try fake.write("sys/kernel/livepatch/a/transition", "0\n")
    let found = try fake.host().blockers(of: module)
    #expect(found == Blockers(tasks: [], unobserved: []))
  }

  @Test("tasks that end meanwhile are no blockers, and no error")
  func vanishing() throws {
    let fake = try fake()
    fake.remove("proc/7/task/8/patch_state")
    fake.remove("proc/30/task")
    #expect(
      try fake.host().blockers(of: "a") == Blockers(tasks: [], unobserved: []))
  }

  @Test("tasks that cannot be looked at are told once, with their number")
  func unreadable() throws {
    let fake = try fake()
    for task in ["7/task/7", "7/task/8", "30/task/30"] {
      try fake.makeUnreadable("proc/\(task)/patch_state")
    }
    let found = try fake.host().blockers(of: "a")
    #expect(found.tasks == [])
    #expect(found.unobserved.map(\.path) == ["/proc/7/task/7/patch_state"])
    #expect(found.unobserved.map(\.problem) == [.unreadable])
    #expect(found.unobserved.first?.message.hasSuffix("(and 2 more like this)") == true)
  }

  @Test("a task whose stack is hidden is named all the same")
  func hiddenStack() throws {
    let fake = try fake()
    try fake.makeUnreadable("proc/7/task/8/stack")
    let found = try fake.host().blockers(of: "a")
    #expect(
      found.tasks == [
        Blocker(
          pid: 7, tid: 8, command: "worker", stack: [], why: "its kernel stack cannot be read")
      ])
    #expect(found.unobserved.map(\.path) == ["/proc/7/task/8/stack"])
  }
}
