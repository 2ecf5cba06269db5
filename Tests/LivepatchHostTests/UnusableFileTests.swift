import Documents
import LivepatchHost
import Testing

/// A file that a host has, and what is unknown when it cannot be used.
struct FileCase: CustomTestStringConvertible, Sendable {
  var path: String
  var isUnknown: @Sendable (Observation) -> Bool
  /// What nobody would expect in it.
  var nonsense: String = "nonsense\n"
  var testDescription: String { "/" + path }

  init(
    _ path: String, nonsense: String = "nonsense\n",
    _ isUnknown: @escaping @Sendable (Observation) -> Bool
  ) {
    self.path = path
    self.isUnknown = isUnknown
    self.nonsense = nonsense
  }

  static let all = [
    FileCase("proc/modules") {
      $0.live.modules == .unknown && $0.host.kernel.modules == .unknown
    },
    FileCase("proc/cmdline", nonsense: "\u{FFFF}") { $0.host.kernel.switchedOff == .unknown },
    FileCase("proc/loadavg") { $0.host.loadPerCPU == .unknown },
    FileCase("proc/uptime", nonsense: "-1 0\n") { $0.host.uptimeSeconds == .unknown },
    FileCase("proc/sys/kernel/modules_disabled") { $0.host.kernel.modulesDisabled == .unknown },
    FileCase("proc/sys/kernel/ftrace_enabled") { $0.host.kernel.ftraceEnabled == .unknown },
    FileCase("proc/sys/kernel/tainted") { $0.host.kernel.taint == .unknown },
    FileCase("proc/sys/kernel/random/boot_id") { $0.host.bootID == .unknown },
    FileCase("sys/kernel/notes") { $0.host.kernel.buildID == .unknown },
    FileCase("sys/kernel/security/lockdown", nonsense: "none integrity\n") {
      $0.host.kernel.lockdown == .unknown
    },
    FileCase("sys/module/module/parameters/sig_enforce") {
      $0.host.kernel.signatureEnforced == .unknown
    },
    FileCase("sys/devices/system/cpu/online") {
      $0.host.cpus == .unknown && $0.host.loadPerCPU == .unknown
    },
    FileCase("etc/machine-id", nonsense: "uninitialized\n") { $0.host.machineID == .unknown },
    FileCase("etc/os-release", nonsense: "ID=\"open\n") { $0.host.distribution == .unknown },
    FileCase("sys/kernel/livepatch/a/enabled", nonsense: "2\n") {
      $0.patch("a")?.state == .unknown && $0.live.transition == .unknown
    },
    FileCase("sys/kernel/livepatch/a/transition", nonsense: "\n") {
      $0.patch("a")?.state == .unknown && $0.live.transition == .unknown
    },
    FileCase("sys/kernel/livepatch/a/replace") { $0.patch("a")?.replace == .unknown },
    FileCase("sys/kernel/livepatch/a/stack_order", nonsense: "0\n") {
      $0.patch("a")?.stackOrder == .unknown
    },
    FileCase("sys/kernel/livepatch/a/vmlinux/patched") {
      $0.patch("a")?.objects.first?.patched == .unknown
    },
    FileCase("sys/module/a/refcnt") { $0.patch("a")?.referenceCount == .unknown },
    FileCase("sys/module/a/taint", nonsense: "oek\n") { $0.patch("a")?.taint == .unknown },
    FileCase("sys/module/a/notes/.note.gnu.build-id") { $0.patch("a")?.buildID == .unknown },
    FileCase("sys/module/c/initstate") { $0.patch("c")?.state == .unknown },
    FileCase("sys/module/c/refcnt") { $0.patch("c")?.state == .unknown },
  ]
}

@Suite("A file that is there and of no use")
struct UnusableFileTests {
  private func fake() throws -> FakeHost {
    try FakeHost(.linux6_18, [.patch("a"), .resident("c")])
  }

  @Test("when it cannot be read, is unknown, with path and error", arguments: FileCase.all)
  func unreadable(_ file: FileCase) throws {
    let fake = try fake()
    try fake.makeUnreadable(file.path)
    let seen = try fake.observe()
    #expect(file.isUnknown(seen))
    #expect(
      seen.unobserved == [
        Unobserved(
          path: "/" + file.path, problem: .unreadable,
          message: "open: Too many levels of symbolic links")
      ])
  }

  @Test("when it holds something else, is unknown, with what it holds", arguments: FileCase.all)
  func malformed(_ file: FileCase) throws {
    let fake = try fake()
    let nonsense = file.nonsense == "\u{FFFF}" ? [0xff, 0xfe] : [UInt8](file.nonsense.utf8)
    fake.remove(file.path)
    try fake.write(file.path, nonsense)
    let seen = try fake.observe()
    #expect(file.isUnknown(seen))
    #expect(seen.unobserved.map(\.path) == ["/" + file.path])
    #expect(seen.unobserved.map(\.problem) == [.malformed])
  }

  @Test("is not read like an absent one, which is nothing to report", arguments: FileCase.all)
  func absent(_ file: FileCase) throws {
    let required = ["initstate", "enabled", "transition", "modules"]
    guard !required.contains(where: { file.path.hasSuffix($0) }) else { return }
    let fake = try fake()
    fake.remove(file.path)
    #expect(try fake.observe().unobserved == [])
  }

  @Test("a directory in its place is unreadable too")
  func directory() throws {
    let fake = try fake()
    fake.remove("proc/modules")
    try fake.directory("proc/modules")
    let seen = try fake.observe()
    #expect(seen.unobserved.map(\.message) == ["read: Is a directory"])
  }

  @Test("without the order of loading, the stack order is unknown before 6.14")
  func stackOrder() throws {
    let fake = try FakeHost(.linux6_12, [.patch("a")])
    try fake.write("proc/modules", "a 1\n")
    let seen = try fake.observe()
    #expect(seen.patch("a")?.stackOrder == .unknown)
    #expect(seen.patch("a")?.state == .known(.applied))
  }

  @Test("says in one line what was found")
  func message() throws {
    let fake = try fake()
    try fake.write(
      "proc/sys/kernel/tainted", "first\nsecond" + String(repeating: "x", count: 100))
    let message = try fake.observe().unobserved.first?.message ?? ""
    #expect(message.hasPrefix(#"expected a number, found "first\nsecondxxx"#))
    #expect(message.hasSuffix("..."))
  }

  @Test("a patch with a function that is not understood is not taken for a smaller one")
  func function() throws {
    let fake = try fake()
    try fake.directory("sys/kernel/livepatch/a/vmlinux/no_position")
    let seen = try fake.observe()
    #expect(seen.patch("a")?.state == .unknown)
    #expect(
      seen.unobserved.map(\.path) == ["/sys/kernel/livepatch/a/vmlinux/no_position"])
  }

  @Test("a list of patches that cannot be read leaves every state unknown")
  func listing() throws {
    let fake = try fake()
    fake.remove("sys/kernel/livepatch")
    try fake.write("sys/kernel/livepatch", "")
    let seen = try fake.observe()
    #expect(seen.host.kernel.livepatch == .unknown)
    #expect(seen.states == ["a ?", "c ?"])
    #expect(seen.live.transition == .unknown)
    #expect(seen.unobserved.map(\.path) == ["/sys/kernel/livepatch"])
  }

  @Test("a pipe is not waited for")
  func pipe() throws {
    let fake = try fake()
    try fake.pipe("proc/sys/kernel/tainted")
    let seen = try fake.observe()
    #expect(seen.host.kernel.taint == .unknown)
    #expect(seen.unobserved.map(\.problem) == [.malformed])
  }
}
