import Artefacts
import Documents
import Files
import Glibc
import LivepatchHost
import Reconciliation
import SystemPackage
import Testing

@testable import Agent

@Suite struct `An agent that finds nothing to do` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func agent(_ tell: @escaping (Agent.Message) -> Void = { _ in }) throws -> Agent {
    try scratch.file("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    try scratch.file(
      "policies/web.yaml",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels: [{release: 6.1.0-1-amd64, patches: []}]

      """)
    let layout = HostLayout(root: scratch.path)
    var settings = AgentSettings()
    settings.source = .directory(scratch.path.appending("policies"))
    return Agent(
      host: try LivepatchHost(root: scratch.path), settings: settings,
      options: Agent.Options(
        layout: layout, trust: .unchecked, operatorName: "somebody", toolVersion: "0",
        downloads: .init(), notifier: .silent,
        clock: { Timestamp(secondsSinceEpoch: time(nil)) }, tell: tell))
  }

  /// Alone, since what is measured is the memory of the whole process:
  /// KLPOLICY_AGENT_CYCLES=10000 swift test --filter 'takes no more memory'
  @Test(.enabled(if: unsafe getenv("KLPOLICY_AGENT_CYCLES") != nil))
  func `takes no more memory the longer it goes on`() throws {
    let count = unsafe getenv("KLPOLICY_AGENT_CYCLES").flatMap { unsafe Int(String(cString: $0)) }
    var agent = try agent()
    for _ in 0..<500 { agent.cycle() }
    let before = try residentBytes()
    for _ in 0..<max(1, count ?? 0) { agent.cycle() }
    let after = try residentBytes()
    print("resident: \(before) bytes, and \(after) after \(count ?? 0) looks")
    #expect(after - before < 1 << 20)
  }

  private func residentBytes() throws -> Int {
    let text = try readTrusted("/proc/self/statm", trust: .unchecked, limit: 1 << 10)
    let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
    return try #require(Int(fields[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  @Test func `writes nothing`() throws {
    var agent = try agent()
    _ = agent.workOnce()
    _ = agent.workOnce()
    #expect(try scratch.names() == ["etc", "policies"])
  }
}
