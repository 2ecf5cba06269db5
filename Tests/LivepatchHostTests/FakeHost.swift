import Documents
import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import LivepatchHost

/// The kernels whose sysfs differs in what it shows of a live patch.
enum FakeKernel: String, CaseIterable, Sendable {
  case linux6_1 = "6.1"
  /// Shows `replace`.
  case linux6_12 = "6.12"
  /// Shows `stack_order` too.
  case linux6_18 = "6.18"

  static let showingReplace: [FakeKernel] = [.linux6_12, .linux6_18]
}

/// The files of a host in a plain directory, which a test can change.
final class FakeHost: Sendable {
  let path: FilePath
  let kernel: FakeKernel

  /// A module in memory.
  struct Module {
    var name: String
    var buildID: [UInt8]? = [0xc0, 0xff, 0xee]
    var state = "live"
    var references = 1
    var taint = "OEK"
    /// What `/sys/kernel/livepatch` says of it; nil when it has no directory there.
    var patch: Patch? = Patch()

    static func resident(_ name: String, references: Int = 0) -> Module {
      Module(name: name, references: references, patch: nil)
    }

    static func patch(
      _ name: String, enabled: Int = 1, transition: Int = 0, replace: Int = 0
    ) -> Module {
      Module(name: name, patch: Patch(enabled: enabled, transition: transition, replace: replace))
    }
  }

  struct Patch {
    var enabled = 1
    var transition = 0
    var replace = 0
    var objects = ["vmlinux": ["cmdline_proc_show,1"]]
  }

  init(_ kernel: FakeKernel = .linux6_12, _ modules: [Module] = []) throws {
    var template = Array("/tmp/klpolicy-host-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&template) != nil
    try #require(made)
    path = FilePath(platformString: template)
    self.kernel = kernel
    let files = [
      "proc/cmdline": "root=/dev/vda1 quiet\n",
      "proc/loadavg": "0.50 0.40 0.30 1/100 1234\n",
      "proc/uptime": "3600.75 7000.00\n",
      "proc/sys/kernel/arch": "x86_64\n",
      "proc/sys/kernel/ftrace_enabled": "1\n",
      "proc/sys/kernel/hostname": "web-1\n",
      "proc/sys/kernel/modules_disabled": "0\n",
      "proc/sys/kernel/osrelease": "\(kernel.rawValue).0-1-cloud-amd64\n",
      "proc/sys/kernel/random/boot_id": "7c4a1e7e-2f5b-4c55-9a7e-0d6a2a3c9d11\n",
      "proc/sys/kernel/tainted": "4096\n",
      "proc/sys/kernel/version": "#1 SMP PREEMPT_DYNAMIC Debian\n",
      "sys/devices/system/cpu/online": "0-1\n",
      "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
      "sys/module/module/parameters/sig_enforce": "N\n",
      "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
      "usr/lib/os-release": "ID=debian\nVERSION_ID=\"12\"\n",
    ]
    for (name, text) in files { try write(name, text) }
    try write("sys/kernel/notes", buildIDNote([0xde, 0xad, 0xbe, 0xef]))
    try symbolicLink("etc/os-release", to: "../usr/lib/os-release")
    try directory("sys/kernel/livepatch")
    try has(modules)
  }

  deinit {
    FakeHost.remove(path.string)
  }

  /// Makes these the modules in memory, in the order of loading.
  func has(_ modules: [Module]) throws {
    remove("sys/kernel/livepatch")
    try directory("sys/kernel/livepatch")
    var table = ["ext4 999424 1 - Live 0x0000000000000000"]
    let listed = modules.filter { $0.patch != nil }.map(\.name)
    for module in modules {
      let sysfs = "sys/module/\(module.name)"
      remove(sysfs)
      try write(sysfs + "/initstate", "\(module.state)\n")
      try write(sysfs + "/refcnt", "\(module.references)\n")
      try write(sysfs + "/taint", "\(module.taint)\n")
      if let buildID = module.buildID {
        try write(sysfs + "/notes/.note.gnu.build-id", buildIDNote(buildID))
      }
      if let patch = module.patch {
        let order = listed.firstIndex(of: module.name).map { $0 + 1 } ?? 0
        try write(patch, of: module.name, order: order)
      }
      let states = ["live": "Live", "coming": "Loading", "going": "Unloading"]
      let mark = ["coming": "+", "going": "-"][module.state] ?? ""
      table.append(
        "\(module.name) 16384 \(module.references) - \(states[module.state] ?? "Live")"
          + " 0x0000000000000000 (\(module.taint)\(mark))")
    }
    try write("proc/modules", table.reversed().joined(separator: "\n") + "\n")
  }

  private func write(_ patch: Patch, of module: String, order: Int) throws {
    let sysfs = "sys/kernel/livepatch/\(module)"
    try write(sysfs + "/enabled", "\(patch.enabled)\n")
    try write(sysfs + "/transition", "\(patch.transition)\n")
    try write(sysfs + "/force", "")
    if kernel != .linux6_1 { try write(sysfs + "/replace", "\(patch.replace)\n") }
    if kernel == .linux6_18 { try write(sysfs + "/stack_order", "\(order)\n") }
    for (object, functions) in patch.objects {
      try write("\(sysfs)/\(object)/patched", "1\n")
      for function in functions { try directory("\(sysfs)/\(object)/\(function)") }
    }
  }

  /// Where that file or directory of the host lies.
  private func place(_ name: String) -> String { "\(path)/\(name)" }

  func directory(_ name: String) throws {
    if unsafe mkdir(place(name), 0o755) == 0 || errno == EEXIST { return }
    try #require(errno == ENOENT)
    try directory(parent(name))
    try directory(name)
  }

  private func parent(_ name: String) -> String {
    name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "."
  }

  func write(_ name: String, _ text: String) throws { try write(name, [UInt8](text.utf8)) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try directory(parent(name))
    let file = unsafe open(place(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    try #require(file >= 0)
    let written = unsafe Glibc.write(file, bytes, bytes.count)
    close(file)
    try #require(written == bytes.count)
  }

  func symbolicLink(_ name: String, to target: String) throws {
    remove(name)
    try directory(parent(name))
    try #require(unsafe symlink(target, place(name)) == 0)
  }

  func pipe(_ name: String) throws {
    remove(name)
    try #require(unsafe mkfifo(place(name), 0o600) == 0)
  }

  /// Puts a link to itself in the place of a file: not even root can read that.
  func makeUnreadable(_ name: String) throws {
    try symbolicLink(name, to: place(name).split(separator: "/").last.map(String.init) ?? "")
  }

  func move(_ name: String, to new: String) throws {
    try #require(unsafe rename(place(name), place(new)) == 0)
  }

  func exists(_ name: String) -> Bool {
    unsafe access(place(name), F_OK) == 0
  }

  func remove(_ name: String) { FakeHost.remove(place(name)) }

  /// With all that it holds; nothing when it is not there.
  private static func remove(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    guard let directory = unsafe opendir(path) else { return }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { remove("\(path)/\(name)") }
    }
    unsafe rmdir(path)
  }

  /// A host below this directory whose time passes by waiting alone; `pause` is what happens on
  /// it meanwhile.
  func host(
    patience: Duration = .zero, clock: FakeClock = FakeClock(),
    pause: @escaping @Sendable (FakeHost) throws -> Void = { _ in }
  ) throws -> LivepatchHost {
    let pace = Pace(now: { clock.now }) { duration in
      clock.advance(duration)
      #expect(throws: Never.self) { try pause(self) }
    }
    return LivepatchHost(try RootDirectory(path), pace: pace, patience: patience)
  }

  func observe(replaces: LivepatchHost.ReplaceKnowledge = { _, _ in nil }) throws -> Observation {
    try host().observe(replaces: replaces)
  }
}

/// A monotonic clock that only waiting moves.
final class FakeClock: Sendable {
  private let time = Mutex((now: ContinuousClock.now, pauses: [Duration]()))

  var now: ContinuousClock.Instant { time.withLock { $0.now } }
  /// What was waited, in order.
  var pauses: [Duration] { time.withLock { $0.pauses } }

  func advance(_ duration: Duration) {
    time.withLock {
      $0.now += duration
      $0.pauses.append(duration)
    }
  }
}

/// An ELF note as the linker makes it, in this machine's byte order.
func buildIDNote(_ buildID: [UInt8]) -> [UInt8] {
  func word(_ value: Int) -> [UInt8] {
    unsafe withUnsafeBytes(of: UInt32(value)) { unsafe [UInt8]($0) }
  }
  let padding = [UInt8](repeating: 0, count: (4 - buildID.count % 4) % 4)
  return word(4) + word(buildID.count) + word(3) + [UInt8]("GNU\0".utf8) + buildID + padding
}

extension Observation {
  /// `NAME STATE` of each patch, in order; `?` for unknown.
  var states: [String] {
    live.patches.map { "\($0.module) \($0.state.value?.rawValue ?? "?")" }
  }

  func patch(_ module: String) -> LivePatch? { live.patches.first { $0.module == module } }
}
