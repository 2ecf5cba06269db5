package import Documents

/// What keeps any live patch from being loaded or removed on this kernel, whichever it is.
package func kernelObstacles(_ kernel: Host.Kernel) -> Findings {
  var findings = Findings()
  if findings.need(kernel.switchedOff, "kernel command line") == true {
    findings.obstacles.append(
      Obstacle(
        .disabledByCommandLine,
        "klpolicy=off stands on the kernel's command line, so nothing is changed during this boot; "
          + "boot without it to let policies act again"))
  }
  if kernel.release.isEmpty { findings.unknown.append("the kernel's release") }
  if findings.need(kernel.livepatch, "/sys/kernel/livepatch") == false {
    findings.obstacles.append(
      Obstacle(
        .kernelUnsupported,
        "kernel \(kernel.release) has no live patching: /sys/kernel/livepatch does not exist; "
          + "boot a kernel built with CONFIG_LIVEPATCH",
        fact: "/sys/kernel/livepatch", refusal: Refusal(.vermagic, "ENOEXEC")))
    return findings
  } else if hasStrictStack(kernel.release) {
    findings.obstacles.append(
      Obstacle(
        .kernelUnsupported,
        "kernel \(kernel.release) is older than 5.1, whose live patches form a strict stack; "
          + "boot a newer kernel", fact: "uname -r"))
  }
  if findings.need(kernel.modules, "/proc/modules") == false {
    findings.obstacles.append(
      Obstacle(
        .kernelUnsupported,
        "kernel \(kernel.release) has no loadable modules: /proc/modules does not exist; "
          + "boot a kernel built with CONFIG_MODULES", fact: "/proc/modules",
        refusal: Refusal(.permission, "ENOSYS")))
    return findings
  }
  if findings.need(kernel.modulesDisabled, "/proc/sys/kernel/modules_disabled") == true {
    findings.obstacles.append(
      Obstacle(
        .modulesDisabled,
        "kernel.modules_disabled is 1, which forbids loading and unloading modules until the next "
          + "boot; reboot, and set it only after the live patches are loaded",
        fact: "/proc/sys/kernel/modules_disabled", refusal: Refusal(.permission, "EPERM")))
  }
  return findings
}

/// What keeps any live patch from being loaded on this kernel, and none from leaving it.
package func hookingObstacles(_ kernel: Host.Kernel) -> Findings {
  var findings = Findings()
  if let ftrace = kernel.ftraceEnabled,
    findings.need(ftrace, "/proc/sys/kernel/ftrace_enabled") == false
  {
    findings.obstacles.append(
      Obstacle(
        .ftraceDisabled,
        "kernel.ftrace_enabled is 0, and live patching needs ftrace; set it to 1",
        fact: "/proc/sys/kernel/ftrace_enabled", refusal: Refusal(.hooking, "EBUSY")))
  }
  return findings
}

/// Whether a release is before 5.1, where patches could only be disabled in reverse order.
private func hasStrictStack(_ release: String) -> Bool {
  let numbers = release.split(separator: ".", maxSplits: 2).prefix(2).map { part in
    Int(part.prefix { $0.isASCII && $0.isNumber })
  }
  guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return false }
  return (major, minor) < (5, 1)
}
