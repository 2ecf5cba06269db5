internal import ChildProcess
internal import Documents
internal import LivepatchHost
internal import Shapes
internal import SystemPackage

extension ServiceReader {
  private static var clients: [String] {
    ["snap/bin/canonical-livepatch", "var/lib/snapd/snap/bin/canonical-livepatch"]
  }

  /// What Canonical's client says. Nothing that it prints is shown but what is understood: nobody
  /// knows what else stands there.
  mutating func canonical() -> Services.Canonical? {
    var client: String?
    for path in ServiceReader.clients where isThere(path) {
      client = path
      break
    }
    guard let client else { return nil }
    var service = Services.Canonical(client: "/" + client, isEnabled: .unknown)
    guard let programs else {
      note(service.client, .unreadable, "only the client on the host itself can tell")
      service.kernels = .unknown
      service.configuration = .unknown
      return service
    }
    let program = programs.root.appending(client)
    let answer = run(
      program, ["status", "--format", "json"], timeLimit: programs.clientTimeLimit)
    switch answer {
    case .failure(let problem):
      note(service.client, .unreadable, "canonical-livepatch status \(problem)")
      service.kernels = .unknown
      // Whoever hangs once hangs again.
      service.configuration = .unknown
      return service
    case .success(let result):
      if result.succeeded {
        readStatus(result.standardOutput.bytes, &service)
      } else {
        service.isEnabled = isEnabled(withoutAnswer: result, service.client)
        service.kernels = service.isEnabled == .known(false) ? nil : .unknown
      }
    }
    service.configuration = configuration(program, service.client, programs.clientTimeLimit)
    return service
  }

  /// Whether the machine is enabled when the client gives no status. It exits with 1 then, as it does
  /// when it is broken, and has no way but this sentence to say which.
  private mutating func isEnabled(
    withoutAnswer result: CommandResult, _ client: String
  ) -> Fact<Bool> {
    let marker = "var/snap/canonical-livepatch/common/machine-token"
    let saysDisabled =
      result.ending == .exited(1) && result.standardOutput.bytes.isEmpty
      && result.standardError.text.contains("Machine is not enabled")
    switch files.exists(marker) {
    case .value(false), .absent:
      if saysDisabled { return .known(false) }
    case .value(true):
      if saysDisabled {
        note(
          client, .unreadable,
          "canonical-livepatch status says that the machine is not enabled, and /\(marker) is there"
        )
        return .unknown
      }
    case .failed(let failure): note(failure)
    }
    note(
      client, .unreadable,
      "canonical-livepatch status \(result.ending), and told no state\(firstLine(of: result))")
    return .unknown
  }

  private mutating func readStatus(_ bytes: [UInt8], _ service: inout Services.Canonical) {
    service.kernels = .unknown
    guard let status = ForeignJSON(bytes), let entries = status["Status"]?.items else {
      note(
        service.client, .malformed,
        "the answer of canonical-livepatch status is no whole JSON document with a Status")
      return
    }
    service.isEnabled = .known(true)
    service.version = status["Client-Version"]?.text
    service.tier = status["tier"]?.text
    if let checked = status["Last-Check"]?.text {
      service.lastCheck = moment(checked).map { .known($0) } ?? .unknown
    }
    var kernels: [Services.Canonical.Kernel] = []
    for entry in entries {
      guard let kernel = entry["Kernel"]?.text else {
        note(service.client, .malformed, "an entry of its Status names no kernel")
        return
      }
      kernels.append(read(kernel, entry, service.client))
    }
    service.kernels = .known(kernels)
  }

  private mutating func read(
    _ kernel: String, _ entry: ForeignJSON, _ client: String
  ) -> Services.Canonical.Kernel {
    let patch = entry["Livepatch"]
    let state: Fact<Services.Canonical.State> = word(patch?["State"], "State", client)
    let version = patch?["Version"]?.text
    var fixes: Fact<[Services.Canonical.Fix]> =
      state == .known(.nothingToApply) ? .known([]) : .unknown
    if let items = patch?["Fixes"]?.items {
      let names = items.map { $0["Name"]?.text }
      if names.contains(nil) {
        note(client, .malformed, "one of its Fixes has no Name")
      } else {
        fixes = .known(
          items.map { item in
            Services.Canonical.Fix(
              name: (item["Name"]?.text ?? "").uppercased(),
              isPatched: item["Patched"]?.flag.map { .known($0) } ?? .unknown)
          })
      }
    }
    var date: Fact<CalendarDate>?
    if let text = entry["UpgradeRequiredDate"]?.text, !text.isEmpty {
      date = CalendarDate(String(text.prefix(10))).map { .known($0) } ?? .unknown
    }
    return Services.Canonical.Kernel(
      kernel: kernel, isRunning: entry["Running"]?.flag.map { .known($0) } ?? .unknown,
      checkState: word(patch?["CheckState"], "CheckState", client), state: state,
      version: version?.isEmpty == false ? version : nil, fixes: fixes,
      supported: word(entry["Supported"], "Supported", client), upgradeRequiredDate: date)
  }

  /// A word of the client's; one that is new is unknown.
  private mutating func word<Word: RawRepresentable<String> & Hashable & Sendable>(
    _ value: ForeignJSON?, _ key: String, _ client: String
  ) -> Fact<Word> {
    guard let text = value?.text else {
      note(client, .malformed, "its status says no \(key)")
      return .unknown
    }
    if let word = Word(rawValue: text) { return .known(word) }
    let shown = isPlainWord(text) && text.utf8.count <= 40 ? " \(text)" : ""
    note(client, .malformed, "its status has a \(key)\(shown) that is not documented")
    return .unknown
  }

  private mutating func configuration(
    _ program: FilePath, _ client: String, _ timeLimit: Duration
  ) -> Fact<Services.Canonical.Configuration> {
    switch run(program, ["config", "--format", "json"], timeLimit: timeLimit) {
    case .failure(let problem):
      note(client, .unreadable, "canonical-livepatch config \(problem)")
      return .unknown
    case .success(let result):
      guard result.succeeded else {
        note(client, .unreadable, "canonical-livepatch config \(result.ending)")
        return .unknown
      }
      guard let settings = ForeignJSON(result.standardOutput.bytes), settings.isObject else {
        note(
          client, .malformed,
          "the answer of canonical-livepatch config is no whole JSON document")
        return .unknown
      }
      var configuration = Services.Canonical.Configuration()
      configuration.server = settings["remote-server"]?.text.flatMap(withoutPassword)
      configuration.cutoffDate = setting(settings, "cutoff-date", client) { value in
        value.text.flatMap(moment)
      }
      configuration.patchDelay = setting(settings, "patch-delay", client) { value in
        value.text.flatMap(seconds)
      }
      configuration.checkInterval = setting(settings, "check-interval", client) { value in
        value.number.flatMap { (0...(1 << 31)).contains($0) ? $0 : nil }
      }
      return .known(configuration)
    }
  }

  /// A setting: absent where it is not there or empty, unknown where it is not understood.
  private mutating func setting<Value>(
    _ settings: ForeignJSON, _ key: String, _ client: String, _ parse: (ForeignJSON) -> Value?
  ) -> Fact<Value>? {
    guard let value = settings[key], value.text?.isEmpty != true else { return nil }
    if let parsed = parse(value) { return .known(parsed) }
    note(client, .malformed, "its setting \(key) is not as it is documented")
    return .unknown
  }
}

/// An address without the user and the password in it, should there be any; nil for an empty one.
private func withoutPassword(_ address: String) -> String? {
  guard !address.isEmpty else { return nil }
  guard let scheme = address.firstRange(of: "://") else {
    return address.contains("@") ? nil : address
  }
  let rest = address[scheme.upperBound...]
  let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  guard let at = authority.lastIndex(of: "@") else { return address }
  return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
}

/// `90m`, `1w`, `36h0m0s`: numbers with their units, together.
private func seconds(_ text: String) -> Int? {
  guard text.utf8.count <= 32 else { return nil }
  let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
  if text == "0" { return 0 }
  var total = 0
  var digits = ""
  for character in text {
    if character.isASCII, character.isNumber {
      digits.append(character)
      continue
    }
    guard let unit = units[character], let number = UInt32(digits) else { return nil }
    total += Int(number) * unit
    digits = ""
  }
  return digits.isEmpty && !text.isEmpty && total <= 1 << 40 ? total : nil
}

/// A moment in the form of RFC 3339.
func moment(_ text: String) -> Timestamp? {
  RFC3339.secondsSinceEpoch(text).map(Timestamp.init(secondsSinceEpoch:))
}
