internal import Shapes

extension Services.Canonical {
  /// One thing that a policy asks of the client, and that the client can be told. Its text is what a
  /// step, the journal and the client have: `patch-delay=2d`.
  package enum Setting: Hashable, Sendable {
    /// Whether the machine is enabled. It is a command of the client's, and no setting to it.
    case enabled(Bool)
    case server(String)
    case cutoffDate(Timestamp)
    /// In seconds.
    case patchDelay(Int)
    /// In minutes; 0 is never.
    case checkInterval(Int)
  }

  /// What to call the client where a module is named.
  package static let name = "canonical-livepatch"

  /// The beginning of the names of its modules in the kernel.
  package static let modulePrefix = "lkp_Ubuntu_"

  /// Those of the running kernel; nil where nobody knows.
  package var runningKernel: Kernel? {
    guard case .known(let kernels)? = kernels else { return nil }
    return kernels.first { $0.isRunning == .known(true) }
  }
}

extension Services.Canonical.Setting: CustomStringConvertible {
  /// As the client calls it.
  package var key: String {
    switch self {
    case .enabled: "enabled"
    case .server: "remote-server"
    case .cutoffDate: "cutoff-date"
    case .patchDelay: "patch-delay"
    case .checkInterval: "check-interval"
    }
  }

  package var value: String {
    switch self {
    case .enabled(let isEnabled): "\(isEnabled)"
    case .server(let address): address
    case .cutoffDate(let date): "\(date)"
    case .patchDelay(let seconds): Duration.seconds(seconds).shortText
    case .checkInterval(let minutes): "\(minutes)"
    }
  }

  package var description: String { "\(key)=\(value)" }

  /// - Returns: nil for a text that is none.
  package init?(_ text: String) {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    let value = String(text[text.index(after: equals)...])
    let setting: Services.Canonical.Setting? =
      switch text[..<equals] {
      case "enabled": ["true": true, "false": false][value].map { .enabled($0) }
      case "remote-server": value.isEmpty ? nil : .server(value)
      case "cutoff-date":
        RFC3339.secondsSinceEpoch(value).map { .cutoffDate(Timestamp(secondsSinceEpoch: $0)) }
      case "patch-delay":
        Duration(shortText: value).map { .patchDelay(Int(clamping: $0.components.seconds)) }
      case "check-interval": UInt32(value).map { .checkInterval(Int($0)) }
      default: nil
      }
    guard let setting else { return nil }
    self = setting
  }

  /// Whether the client is set so; nil where that is not known. What the client does not show is not set.
  package func isSo(in client: Services.Canonical) -> Bool? {
    if case .enabled(let isEnabled) = self { return client.isEnabled.value.map { $0 == isEnabled } }
    guard case .known(let known)? = client.configuration else { return nil }
    return switch self {
    case .enabled: nil
    case .server(let address): known.server == address
    case .cutoffDate(let date): isSame(known.cutoffDate, date)
    case .patchDelay(let seconds): isSame(known.patchDelay, seconds)
    case .checkInterval(let minutes): isSame(known.checkInterval, minutes)
    }
  }

  private func isSame<Value: Hashable & Sendable>(_ fact: Fact<Value>?, _ value: Value) -> Bool? {
    switch fact {
    case nil: false
    case .unknown: nil
    case .known(let found): found == value
    }
  }
}
