internal import CLinux
internal import Documents
internal import Files
internal import HostFacts
internal import SystemPackage

extension Observer {
  /// Everything about the host that is not one of its live patches.
  mutating func host(_ pass: LivePass) -> Host {
    let names = root.isLive ? SystemNames.live() : SystemNames(reading: root, &self)
    let cpus = fact(
      root.value("sys/devices/system/cpu/online", expecting: "a list of CPUs") {
        CPUList(parsing: $0)?.count
      })
    let load = fact(
      root.value("proc/loadavg", expecting: "load averages") { firstNumber($0, isEndedBy: " ") })
    let loadPerCPU: Fact<Double> =
      if let load = load.value, let cpus = cpus.value { .known(load / Double(cpus)) } else {
        .unknown
      }
    return Host(
      hostname: names.hostname,
      machineID: fact(MachineID.hashed(root)),
      bootID: fact(
        root.value("proc/sys/kernel/random/boot_id", expecting: "a UUID") { isUUID($0) ? $0 : nil }
      ),
      labels: .known([:]),
      distribution: distribution(),
      architecture: names.architecture,
      kernel: kernel(names, pass),
      uptimeSeconds: fact(
        root.value("proc/uptime", expecting: "seconds") {
          firstNumber($0, isEndedBy: " ").flatMap { Int(exactly: $0.rounded(.down)) }
        }),
      loadPerCPU: loadPerCPU,
      cpus: cpus,
      clockSynchronised: root.isLive ? clockSynchronised() : nil,
      installedKernels: fact(root.installedKernels()))
  }

  /// Of this machine's clock: the kernel says it in no file.
  private mutating func clockSynchronised() -> Fact<Bool> {
    let answer = klp_clock_is_synchronised()
    if answer >= 0 { return .known(answer == 1) }
    note(.unreadable(SystemError("adjtimex", "the clock", Errno(rawValue: -answer))))
    return .unknown
  }

  private mutating func kernel(_ names: SystemNames, _ pass: LivePass) -> Host.Kernel {
    let commandLine = root.value("proc/cmdline", expecting: "text in UTF-8") {
      KernelCommandLine(parsing: $0)
    }
    let modules = presence(of: pass.table, where: "proc", has: ["uptime", "cmdline"])
    return Host.Kernel(
      release: names.release,
      version: names.version,
      buildID: fact(root.buildID("sys/kernel/notes")),
      livepatch: presence(of: pass.listing, where: "sys", has: ["kernel", "module"]),
      modules: modules,
      signatureEnforced: signatureEnforced(),
      lockdown: optionalFact(
        root.value("sys/kernel/security/lockdown", expecting: "a level in brackets", lockdown)),
      modulesDisabled: modulesDisabled(modules),
      ftraceEnabled: optionalFact(root.flag("proc/sys/kernel/ftrace_enabled")),
      taint: fact(root.value("proc/sys/kernel/tainted", expecting: "a number") { Int($0) }),
      switchedOff: fact(commandLine.map(\.switchesOff)))
  }

  /// Whether the kernel has something: absence says so only in a file system that is mounted.
  private mutating func presence<Value>(
    of reading: Reading<Value>, where mount: String, has names: [String]
  ) -> Fact<Bool> {
    switch reading {
    case .value: return .known(true)
    case .failed(let failure):
      note(failure)
      return .unknown
    case .absent:
      if isMounted(mount, names) { return .known(false) }
      note(mount, "expected the kernel's file system, found nothing of it")
      return .unknown
    }
  }

  private func isMounted(_ mount: String, _ names: [String]) -> Bool {
    names.contains { root.exists("\(mount)/\($0)").value != nil }
  }

  private mutating func signatureEnforced() -> Fact<Bool> {
    let path = "sys/module/module/parameters/sig_enforce"
    let reading = root.value(path, expecting: "Y or N") { ["Y": true, "N": false][$0] }
    // A kernel that knows no signatures has no such parameter.
    if reading.isAbsent, isMounted("sys", ["kernel", "module"]) { return .known(false) }
    return fact(reading)
  }

  private mutating func modulesDisabled(_ modules: Fact<Bool>) -> Fact<Bool> {
    let reading = root.flag("proc/sys/kernel/modules_disabled")
    // A kernel without modules does not have the switch either.
    if reading.isAbsent, modules == .known(false) { return .known(false) }
    return fact(reading)
  }

  private mutating func distribution() -> Fact<Host.Distribution>? {
    for path in ["etc/os-release", "usr/lib/os-release"] {
      let reading = root.text(path)
      if reading.isAbsent { continue }
      guard case .known(let text) = optionalFact(reading) else { return .unknown }
      do throws(OSRelease.Malformed) {
        let release = try OSRelease(parsing: text)
        return .known(Host.Distribution(id: release.id, versionID: release.versionID))
      } catch {
        note(
          root.malformed(
            path, expected: "an assignment as in os-release(5)", found: [UInt8](error.line.utf8)))
        return .unknown
      }
    }
    return nil
  }
}

/// The level in brackets: `none [integrity] confidentiality`.
private func lockdown(_ text: String) -> Host.Lockdown? {
  let inForce = text.split(separator: " ").filter { $0.hasPrefix("[") && $0.hasSuffix("]") }
  guard inForce.count == 1 else { return nil }
  return Host.Lockdown(rawValue: String(inForce[0].dropFirst().dropLast()))
}

/// A number that is not negative, up to the first `end`.
private func firstNumber(_ text: String, isEndedBy end: Character) -> Double? {
  guard let number = Double(text.prefix { $0 != end }), number >= 0, number.isFinite else {
    return nil
  }
  return number
}

private func isUUID(_ text: String) -> Bool {
  let groups = text.split(separator: "-", omittingEmptySubsequences: false)
  return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
    && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
}
