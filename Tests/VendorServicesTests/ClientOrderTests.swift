import Documents
import Files
import Journal
import SystemPackage
import Testing
import VendorServices

/// What Canonical's client is told, by the same stand-in: what it prints is never shown, and what it does
/// is read from its status.
@Suite("Canonical's client is told what the journal announces") struct ClientOrderTests {
  private func host() throws -> ServiceHost {
    let host = try ServiceHost()
    try host.directory("snap/bin/config")
    try host.succeeds(
      "/bin/cp", folder + "/canonical-livepatch", host.path.appending("snap/bin").string)
    try host.file("snap/bin/token", "a-secret-token\n")
    try host.file(
      "snap/bin/fresh.json",
      #"""
      {"Status":[{"Kernel":"6.8.0","Running":true,"Livepatch":{"CheckState":"checked",
      "State":"nothing-to-apply","Version":""},"Supported":"supported"}]}
      """#)
    return host
  }

  @Test("It is enabled with the token, and disabled, as its status has it")
  func enabling() async throws {
    try await onOwnThread {
      let host = try host()
      #expect(try host.tell("enabled", "true", token: "a-secret-token") == nil)
      #expect(try host.observe().services.canonical?.isEnabled == .known(true))
      #expect(try host.tell("enabled", "false") == nil)
      #expect(try host.observe().services.canonical?.isEnabled == .known(false))
      #expect(try host.calls() == ["enable", "disable"])
    }
  }

  @Test("A token that is not taken changes nothing, and is not shown")
  func wrongToken() async throws {
    try await onOwnThread {
      let host = try host()
      let complaint = try host.tell("enabled", "true", token: "another-secret")
      #expect(complaint == "exited with 1")
      #expect(try host.answer("enabled", "true", token: "another-secret").hasEnded)
      #expect(try host.observe().services.canonical?.isEnabled == .known(false))
      #expect(try host.tell("enabled", "true") == "has no token to enable the machine with")
      #expect("\(SecretText("another-secret"))" == "(not shown)")
      var dumped = ""
      dump(SecretText("another-secret"), to: &dumped)
      #expect(!dumped.contains("another"))
      #expect(!"\(String(reflecting: SecretText("another-secret")))".contains("another"))
      let journal = try readTrusted(
        host.path.appending("journal.ndjson"), trust: .unchecked, limit: 1 << 20)
      #expect(!String(decoding: journal, as: UTF8.self).contains("secret"))
    }
  }

  @Test("A setting is made, read back as it is, and taken back where there was none")
  func settings() async throws {
    try await onOwnThread {
      let host = try host()
      let client = "/snap/bin/canonical-livepatch"
      let orders = host.orders()
      #expect(orders.settings(client) == [:])
      #expect(try host.tell("patch-delay", "2d") == nil)
      #expect(try host.tell("check-interval", "60") == nil)
      #expect(orders.settings(client) == ["patch-delay": "2d", "check-interval": "60"])
      // What may hold a password goes back as it was, and the journal has it without.
      #expect(
        try host.tell("remote-server", "https://a.example", value: "https://u:p@a.example") == nil)
      #expect(orders.settings(client)?["remote-server"] == "https://u:p@a.example")
      #expect(try host.tell("patch-delay", nil, value: "") == nil)
      #expect(orders.settings(client)?["patch-delay"] == nil)
      #expect(try host.observe().services.canonical?.configuration?.value?.patchDelay == nil)
      let journal = try readTrusted(
        host.path.appending("journal.ndjson"), trust: .unchecked, limit: 1 << 20)
      #expect(!String(decoding: journal, as: UTF8.self).contains("u:p@"))
    }
  }

  @Test("One that hangs is killed with all it started, in its time")
  func hanging() async throws {
    try await onOwnThread {
      let host = try host()
      try host.file("snap/bin/hangs", "enable\n")
      let start = ContinuousClock.now
      let answer = try host.answer("enabled", "true", token: "a-secret-token")
      #expect(answer.complaint == "did not end within its time limit and was killed")
      #expect(!answer.hasEnded)
      #expect(ContinuousClock.now - start < .seconds(60))
      #expect(try host.observe().services.canonical?.isEnabled == .known(false))
    }
  }

  @Test(
    "Half a configuration is none, whatever is in it",
    arguments: [#"{"patch-delay":"#, "", "[]", #"{"patch-delay":["1d"]}"#])
  func partial(_ text: String) async throws {
    try await onOwnThread {
      let host = try host()
      try host.succeeds("/bin/rm", "-r", host.path.appending("snap/bin/config").string)
      try host.file("snap/bin/config.json", text)
      #expect(host.orders().settings("/snap/bin/canonical-livepatch") == nil)
    }
  }
}

extension ServiceHost {
  fileprivate func orders() -> LivepatchClient {
    LivepatchClient(programs: programs, timeLimit: .seconds(2))
  }

  fileprivate func calls() throws -> [String] {
    let bytes = try readTrusted(
      path.appending("snap/bin/calls"), trust: .unchecked, limit: 1 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// - Returns: what the client has to say against it.
  fileprivate func tell(
    _ key: String, _ setting: String?, value: String? = nil, token: String? = nil
  ) throws -> String? {
    try answer(key, setting, value: value, token: token).complaint
  }

  fileprivate func answer(
    _ key: String, _ setting: String?, value: String? = nil, token: String? = nil
  ) throws -> ClientAnswer {
    let access = try WriteAccess(path: path.appending("lock"), timeout: .seconds(30))
    var journal = try Journal.open(
      path.appending("journal.ndjson"), run: "r", bootID: "b", trigger: "test", crashes: [],
      trust: .unchecked, access: access, now: { Timestamp(secondsSinceEpoch: 1_700_000_000) })
    let intent = try journal.announce(
      .configureClient(
        ClientChange(service: "canonical", key: key, value: setting, before: nil)),
      access: access)
    var answer = ClientAnswer()
    let outcome = orders().carryOut(
      intent, client: "/snap/bin/canonical-livepatch", value: value,
      token: token.map { SecretText($0) }, under: access, &answer)
    try journal.record(outcome)
    return answer
  }
}
