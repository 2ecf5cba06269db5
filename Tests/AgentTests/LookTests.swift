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

  /// KLPOLICY_AGENT_CYCLES=10000 for the long form.
  @Test func `takes no more memory the longer it runs`() throws {
    let wanted = unsafe getenv("KLPOLICY_AGENT_CYCLES")
    let cycles = unsafe wanted.flatMap { unsafe Int(String(cString: $0)) } ?? 400
    var agent = try agent()
    let descriptors = openDescriptors()
    for _ in 0..<cycles / 4 { agent.cycle() }
    let before = try residentKilobytes()
    for _ in 0..<cycles { agent.cycle() }
    let after = try residentKilobytes()
    print("\(cycles) looks: \(before) KiB before, \(after) KiB after")
    #expect(after - before < 1024)
    #expect(openDescriptors() <= descriptors)
  }

  private func residentKilobytes() throws -> Int {
    let file = try FileDescriptor.open(FilePath("/proc/self/statm"), .readOnly)
    defer { try? file.close() }
    let bytes = try file.readToEnd(limit: 4096) ?? []
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
  }

  private func openDescriptors() -> Int {
    (try? listTrusted("/proc/self/fd", trust: .unchecked).count) ?? 0
  }
}
