package import Shapes

extension Services {
  /// What Canonical's client says. It never tells here where its token is, nor what proxy it uses,
  /// whose address may hold a password.
  package struct Canonical: Hashable, Sendable {
    /// The client that was asked.
    package var client: String
    package var version: String?
    package var isEnabled: Fact<Bool>
    /// When it last asked for patches; absent while it is not enabled, or if it never did.
    package var lastCheck: Fact<Timestamp>?
    package var tier: String?
    /// Of each kernel that it speaks of; absent while it is not enabled.
    package var kernels: Fact<[Kernel]>?
    package var configuration: Fact<Configuration>?

    package init(
      client: String, version: String? = nil, isEnabled: Fact<Bool>,
      lastCheck: Fact<Timestamp>? = nil, tier: String? = nil, kernels: Fact<[Kernel]>? = nil,
      configuration: Fact<Configuration>? = nil
    ) {
      self.client = client
      self.version = version
      self.isEnabled = isEnabled
      self.lastCheck = lastCheck
      self.tier = tier
      self.kernels = kernels
      self.configuration = configuration
    }
  }
}

extension Services.Canonical {
  /// What the client says of one kernel. A word that this version does not know is unknown, never
  /// taken for success.
  package struct Kernel: Hashable, Sendable {
    /// As `/proc/version_signature` has it, which is not what `uname -r` says.
    package var kernel: String
    package var isRunning: Fact<Bool>
    package var checkState: Fact<CheckState>
    package var state: Fact<State>
    /// `121.4`; absent where there is nothing to apply.
    package var version: String?
    package var fixes: Fact<[Fix]>
    package var supported: Fact<Supported>
    /// When a newer kernel will be needed to get patches; absent where it is not said.
    package var upgradeRequiredDate: Fact<CalendarDate>?

    package init(
      kernel: String, isRunning: Fact<Bool>, checkState: Fact<CheckState>, state: Fact<State>,
      version: String?, fixes: Fact<[Fix]>, supported: Fact<Supported>,
      upgradeRequiredDate: Fact<CalendarDate>? = nil
    ) {
      self.kernel = kernel
      self.isRunning = isRunning
      self.checkState = checkState
      self.state = state
      self.version = version
      self.fixes = fixes
      self.supported = supported
      self.upgradeRequiredDate = upgradeRequiredDate
    }
  }

  package enum CheckState: String, CaseIterable, Sendable {
    case checked
    case needsCheck = "needs-check"
    case checkFailed = "check-failed"
  }

  package enum State: String, CaseIterable, Sendable {
    case unapplied, applying, applied
    case appliedWithBug = "applied-with-bug"
    case applyFailed = "apply-failed"
    case nothingToApply = "nothing-to-apply"
    /// The client's own word: it does not know either.
    case unknown
    case kernelUpgradeRequired = "kernel-upgrade-required"
  }

  package enum Supported: String, CaseIterable, Sendable {
    case supported, unsupported
    case kernelUpgradeRequired = "kernel-upgrade-required"
    case kernelEndOfLife = "kernel-end-of-life"
    /// The client's own word: it does not know either.
    case unknown
  }

  package struct Fix: Hashable, Sendable {
    /// In upper case where it is a CVE, whatever case the client writes.
    package var name: String
    package var isPatched: Fact<Bool>

    package init(name: String, isPatched: Fact<Bool>) {
      self.name = name
      self.isPatched = isPatched
    }
  }

  /// Of the client's configuration what a policy can say something about. A setting that it does not
  /// show is absent.
  package struct Configuration: Hashable, Sendable {
    /// Without a user and a password, should it have any.
    package var server: String?
    package var cutoffDate: Fact<Timestamp>?
    /// In seconds.
    package var patchDelay: Fact<Int>?
    /// In minutes; 0 is never.
    package var checkInterval: Fact<Int>?

    package init(
      server: String? = nil, cutoffDate: Fact<Timestamp>? = nil, patchDelay: Fact<Int>? = nil,
      checkInterval: Fact<Int>? = nil
    ) {
      self.server = server
      self.cutoffDate = cutoffDate
      self.patchDelay = patchDelay
      self.checkInterval = checkInterval
    }
  }
}

extension Services.Canonical.Kernel {
  /// Whether one of some live patches is that which the client has on this kernel, and is applied. Its
  /// modules are named after the version before the full stop: 121.4 is `lkp_Ubuntu_6_8_0_1047_50_aws_121`.
  /// Where it says no version, any of its own is.
  package func isApplied(in patches: [LivePatch]) -> Bool {
    patches.contains { patch in
      guard patch.state == .known(.applied),
        patch.module.hasPrefix(Services.Canonical.modulePrefix)
      else { return false }
      guard let version else { return true }
      return patch.module.hasSuffix("_\(version.prefix { $0 != "." })")
    }
  }
}
