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

  @Test func `writes nothing`() throws {
    var agent = try agent()
    _ = agent.workOnce()
    _ = agent.workOnce()
    #expect(try scratch.names() == ["etc", "policies"])
  }
}
