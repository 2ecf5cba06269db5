package import Documents

extension LivepatchHost {
  /// A kernel that is installed on this host, running or not, as its files and this host's settings
  /// tell it; nil when nothing is installed of that release.
  ///
  /// - Parameters:
  ///   - release: as `uname -r` will say it.
  ///   - host: this host, whose lockdown and command line are taken for those of the next boot.
  /// - Returns: the kernel, with nothing in memory.
  package func installedKernel(_ release: String, on host: Host) -> Host.Kernel? {
    guard root.hasTraces(ofKernel: release) else { return nil }
    let configuration = configuration(release)
    func has(_ option: String) -> Fact<Bool> {
      configuration.map { .known($0.contains("\(option)=y")) } ?? .unknown
    }
    return Host.Kernel(
      release: release, version: "", buildID: .unknown, livepatch: has("CONFIG_LIVEPATCH"),
      modules: has("CONFIG_MODULES"),
      signatureEnforced: has("CONFIG_MODULE_SIG_FORCE") == .known(true)
        ? .known(true) : host.kernel.signatureEnforced,
      lockdown: host.kernel.lockdown, modulesDisabled: .known(false),
      ftraceEnabled: host.kernel.ftraceEnabled, taint: .known(0),
      switchedOff: host.kernel.switchedOff)
  }

  /// Whether there is anything left of a kernel of that release on this host.
  package func hasTraces(ofKernel release: String) -> Bool { root.hasTraces(ofKernel: release) }

  /// The options that a kernel was built with; nil where no file tells.
  private func configuration(_ release: String) -> Set<String>? {
    for path in ["boot/config-\(release)", "lib/modules/\(release)/config"] {
      if let text = root.text(path).value {
        return Set(text.split(whereSeparator: \.isNewline).map(String.init))
      }
    }
    return nil
  }
}
