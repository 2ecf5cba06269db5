import Diagnostics
import Documents
import Files
import Reconciliation
import SystemPackage
import Testing

@testable import Agent

@Suite struct `Who names no policies gets those that the host is kept to` {
  let scratch: Scratch
  private let commit = String(repeating: "a", count: 40)

  init() throws { scratch = try Scratch() }

  private var layout: HostLayout { HostLayout(root: scratch.path) }

  private func configure(_ agent: String) throws {
    try scratch.file("etc/klpolicy/config.yaml", agent)
  }

  private func configureGit() throws {
    try configure(
      "agent: {source: {git: {url: 'file:///srv/p.git', branch: main, keyring: /etc/keys}}}\n")
  }

  private func accept() throws {
    var status = AgentStatus()
    status.url = "file:///srv/p.git"
    status.path = "web"
    status.commit = commit
    try AgentRecord(status).write(to: layout.agentAccepted, permissions: [.ownerReadWrite])
  }

  private var found: String {
    switch PoliciesInForce(layout, trust: .unchecked) {
    case .agent(let path): path.string.replacing(scratch.path.string, with: "")
    case .unnamed: "unnamed"
    case .noneYet(let url): "none of \(url)"
    case .unknown(let problem): problem.message.replacing(scratch.path.string, with: "")
    }
  }

  @Test func `which are the default where the configuration names no source`() throws {
    #expect(found == "unnamed")
    try configure("agent: {interval: 10m}\n")
    #expect(found == "unnamed")
    // An old record of an agent that is no longer meant decides nothing.
    try accept()
    #expect(found == "unnamed")
  }

  @Test func `of the directory that the configuration names`() throws {
    try configure("agent: {source: {directory: /srv/policies}}\n")
    #expect(found == "/srv/policies")
  }

  @Test func `of the commit that came into force last, and none before there is one`() throws {
    try configureGit()
    #expect(found == "none of file:///srv/p.git")
    try accept()
    #expect(found == "/var/lib/klpolicy/agent/trees/\(commit)/web")
    // Of another branch nothing is in force yet, and the old one stays so.
    try configure(
      "agent: {source: {git: {url: 'file:///srv/other.git', branch: next, keyring: /k}}}\n")
    #expect(found == "/var/lib/klpolicy/agent/trees/\(commit)/web")
  }

  @Test func `of the commit in force where the configuration cannot be used`() throws {
    try accept()
    try configure("agnet: {}\n")
    #expect(found == "/var/lib/klpolicy/agent/trees/\(commit)/web")
  }

  @Test func `and are not guessed where the record of the commit is damaged`() throws {
    try configureGit()
    try scratch.file("var/lib/klpolicy/agent/accepted.json", "{")
    #expect(found.hasSuffix("accepted.json, which is damaged"))
  }

  @Test func `by the record of the commit, not by what the agent last said of itself`() throws {
    try configureGit()
    try accept()
    var said = AgentStatus()
    said.url = "file:///srv/p.git"
    said.commit = String(repeating: "b", count: 40)
    try AgentRecord(said).write(to: layout.agentReport, permissions: [.ownerReadWrite])
    let lock = try AgentLock.take(layout.agentLock)
    #expect(found == "/var/lib/klpolicy/agent/trees/\(commit)/web")
    withExtendedLifetime(lock) {}
  }

  @Test func `of the agent that runs, whatever the configuration says by now`() throws {
    var said = AgentStatus()
    said.directory = "/srv/running"
    try AgentRecord(said).write(to: layout.agentReport, permissions: [.ownerReadWrite])
    try configure("agent: {source: {directory: /srv/new}}\n")
    #expect(found == "/srv/new")
    let lock = try AgentLock.take(layout.agentLock)
    #expect(found == "/srv/running")
    withExtendedLifetime(lock) {}
  }
}

@Suite struct `An agent that is meant to run` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var status: AgentStatus? {
    agentStatusAsMeant(HostLayout(root: scratch.path), trust: .unchecked)
  }

  @Test func `and never began is told as one that does not run`() throws {
    #expect(status == nil)
    try scratch.file("etc/klpolicy/config.yaml", "labels: {a: b}\n")
    #expect(status == nil)
    try scratch.file("etc/klpolicy/config.yaml", "agent: {interval: 10m}\n")
    #expect(status?.running == false)
    #expect(status?.directory == "/etc/klpolicy/policies.d")
    try scratch.file(
      "etc/klpolicy/config.yaml",
      "agent: {source: {git: {url: 'file:///srv/p.git', branch: main, keyring: /etc/keys}}}\n")
    #expect(status?.url == "file:///srv/p.git")
    #expect(status?.running == false && status?.commit == nil)
  }
}
