import Testing

/// A gate that does not let a patch pass, and what has to be said of it.
struct ShutGate: CustomTestStringConvertible {
  let gate: String
  let reason: String
  /// A line of the policy's `spec`; the gate's source is in it.
  let rule: String
  /// Text of the snapshot, and what stands there instead.
  var host: [(String, String)] = []
  var until: String?
  /// Whether the line of the rule is shown: what people hold, and the clock, stand in no policy.
  var hasRule = true
  /// What the outcome's message has in it.
  let says: String

  var testDescription: String { "\(gate): \(reason)" }

  /// They are asked about a Wednesday, at noon.
  static let all = [
    ShutGate(
      gate: "hold", reason: "held", rule: "priority: 1",
      host: [
        (
          "\"managed\": []",
          """
          "managed": [], "holds": [{"patch": "cve-2026-1111", "reason": "an audit", "by": "ada", \
          "since": "2026-11-24T08:00:00Z", "until": "2026-11-26T00:00:00Z"}]
          """
        )
      ], until: "2026-11-26T00:00:00Z", hasRule: false,
      says: "held by ada since 2026-11-24T08:00:00Z: an audit; it ends at 2026-11-26T00:00:00Z"),
    ShutGate(
      gate: "freeze", reason: "frozen",
      rule: "maintenance: {freezes: [{name: fair, from: 2026-11-25T00:00, to: 2026-11-27T00:00}]}",
      until: "2026-11-27T00:00:00Z", says: "freeze `fair` of policy web"),
    ShutGate(
      gate: "freeze", reason: "frozen",
      rule: """
        maintenance: {windows: [{name: night, start: "22:00", duration: 2h}], \
        freezes: [{name: fair, from: 2026-11-25T00:00, to: 2026-11-27T00:00}]}
        """,
      until: "2026-11-27T22:00:00Z",
      says: "holds until 2026-11-27T00:00:00Z; after that window `night` of policy web"),
    ShutGate(
      gate: "window", reason: "outside-window",
      rule: "maintenance: {windows: [{name: night, start: \"22:00\", duration: 2h}]}",
      until: "2026-11-25T22:00:00Z", says: "window `night` of policy web"),
    ShutGate(
      gate: "window", reason: "window-too-short",
      rule: "maintenance: {windows: [{name: noon, start: \"11:00\", duration: 61m}]}",
      says: "window `noon` of policy web"),
    ShutGate(
      gate: "urgency", reason: "outside-window",
      rule: """
        maintenance: {windows: [{start: "22:00", duration: 2h}], urgent: {severity: critical}}
        """, until: "2026-11-25T22:00:00Z", says: "no window of policy web is open"),
    ShutGate(
      gate: "cutoff", reason: "after-cutoff", rule: "cutoff: 2026-11-19",
      says: "was released on 2026-11-20, after the cutoff 2026-11-19 of policy web"),
    ShutGate(
      gate: "minimum-age", reason: "too-young", rule: "minimumAge: 7d",
      until: "2026-11-27T00:00:00Z", says: "policy web admits builds 7d after that"),
    ShutGate(
      gate: "rollout", reason: "wave-not-reached",
      rule: "rollout: {from: 2026-11-24T00:00:00Z, waves: [{percent: 100, after: 48h}]}",
      until: "2026-11-26T00:00:00Z",
      says: "this host is in wave 1 of 1 of policy web (up to 100 %; its bucket is"),
    ShutGate(
      gate: "rollout", reason: "rollout-paused",
      rule: "rollout: {from: 2026-11-20T00:00:00Z, waves: [{percent: 100}], paused: true}",
      says: "the rollout of policy web is paused"),
    ShutGate(
      gate: "load", reason: "gate-load", rule: "safety: {gates: {maxLoadPerCPU: 1.5}}",
      host: [("\"loadPerCPU\": 0", "\"loadPerCPU\": 2.25")],
      says: "the load is 2.25 a CPU, and policy web allows 1.5"),
    ShutGate(
      gate: "uptime", reason: "gate-uptime", rule: "safety: {gates: {minUptime: 10m}}",
      until: "2026-11-25T12:09:58Z",
      says: "the host is up for 2 s, and policy web asks for 10m"),
    ShutGate(
      gate: "taint", reason: "gate-taint", rule: "safety: {gates: {forbidTaints: [W]}}",
      host: [("\"taint\": 0", "\"taint\": 512")],
      says: "the kernel has the taint W, with which policy web forbids changes"),
    ShutGate(
      gate: "clock", reason: "clock-untrusted",
      rule: "maintenance: {windows: [{start: \"00:00\", duration: 24h}]}",
      host: [
        (
          "\"managed\": []",
          "\"managed\": [], \"newestRecordAt\": \"2026-11-23T18:57:19Z\""
        )
      ], hasRule: false, says: "the clock has run backwards"),
  ]
}

@Suite struct `explain: why not now, and when` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func lay(out gate: ShutGate) throws {
    var snapshot = try GoldenCase("nothing-loaded", 0).text("snapshot.json")
    for (text, other) in gate.host {
      #expect(snapshot.contains(text))
      snapshot = snapshot.replacing(text, with: other)
    }
    try scratch.file("snapshot.json", snapshot)
    try scratch.file("klp_cmdline.ko", Artefacts.all["klp_cmdline.ko"] ?? [])
    try scratch.file(
      "web.yaml",
      Artefacts.filledIn(
        """
        apiVersion: klpolicy/v1
        kind: Policy
        metadata: {name: web}
        spec:
          \(gate.rule)
          kernels:
            - release: 6.1.0-56-cloud-amd64
              patches:
                - {name: cve-2026-1111, module: klp_cmdline, file: klp_cmdline.ko, replace: false,
                   sha256: <klp_cmdline.ko>, released: 2026-11-20, severity: high}

        """))
  }

  @Test(arguments: ShutGate.all)
  func `every gate says it, with the line of its rule`(gate: ShutGate) async throws {
    try lay(out: gate)
    // The clock is of the snapshot's own moment.
    let at = gate.gate == "clock" ? "2026-11-23T18:57:18Z" : "2026-11-25T12:00:00Z"
    let outcome = try await klpolicy(
      ["explain", "cve-2026-1111", "web.yaml", "--host", "snapshot.json", "-o", "json"]
        + (gate.gate == "clock" ? [] : ["--at", at]), in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
    let document = try outcome.json()
    let told = try #require(document["outcome"])
    #expect(told["result"] == .string("deferred"))
    #expect(told["reason"] == .string(gate.reason))
    if let until = gate.until { #expect(told["until"]?.text == until) }
    #expect(told["message"]?.text?.contains(gate.says) == true, "\(told)")
    // What is not urgent has no word of the gate of urgency, but the rule is shown.
    let stage = gate.gate == "urgency" ? "constraints" : "gates"
    let subject = gate.gate == "urgency" ? "maintenance.urgent" : gate.gate
    let finding = try #require(
      document["findings"]?.items.first {
        $0["stage"] == .string(stage) && $0["subject"] == .string(subject)
      }, "\(outcome.output)")
    #expect((finding["verdict"] == .string("waits")) == (stage == "gates"))
    #expect(finding["excerpt"]?.text == (gate.hasRule ? gate.rule : nil))
    if gate.hasRule { #expect(finding["source"]?.text?.hasPrefix("web.yaml:5:") == true) }
  }

  @Test func `every gate that keeps it is told, in the order in which they are asked`()
    async throws
  {
    try lay(
      out: ShutGate(
        gate: "", reason: "",
        rule: """
          safety: {gates: {maxLoadPerCPU: 1.5, minUptime: 10m, commands: [{run: [/bin/may]}]}}
          """, host: [("\"loadPerCPU\": 0", "\"loadPerCPU\": 2.25")], says: ""))
    let outcome = try await klpolicy(
      "explain", "cve-2026-1111", "web.yaml", "--host", "snapshot.json", "-o", "json",
      in: scratch.path)
    let gates = try outcome.json()["findings"]?.items.filter { $0["stage"] == .string("gates") }
      .map { "\($0["subject"]?.text ?? "") \($0["verdict"]?.text ?? "")" }
    #expect(gates == ["load waits", "uptime waits", "taint yes", "command note"])
    let text = try await klpolicy(
      "explain", "cve-2026-1111", "web.yaml", "--host", "snapshot.json", in: scratch.path)
    #expect(
      text.output.contains("Gates: whether the change may begin, in the order in which they"))
  }
}
