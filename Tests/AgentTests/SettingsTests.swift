import Diagnostics
import Files
import Reconciliation
import SystemPackage
import Testing

@testable import Agent

@Suite struct `The section agent of a host's configuration` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func read(_ text: String) throws -> (AgentSettings?, [Diagnostic]) {
    try scratch.file("etc/klpolicy/config.yaml", text)
    return AgentSettings.read(HostLayout(root: scratch.path), trust: .unchecked)
  }

  @Test func `of the example is a repository with signers`() throws {
    let example = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent().appending("examples/agent/config.yaml")
    let bytes = try readTrusted(example, trust: .unchecked, limit: 1 << 20)
    let (settings, diagnostics) = try read(String(decoding: bytes, as: UTF8.self))
    #expect(diagnostics == [])
    guard case .git(let git) = settings?.source else {
      Issue.record("it names no repository")
      return
    }
    #expect(git.url == "ssh://git@git.example.org/policies.git")
    #expect(git.branch == "main" && git.path == "policies")
    #expect(git.signers == .allowedSigners("/etc/klpolicy/allowed_signers"))
    #expect(settings?.interval == .seconds(300))
  }

  @Test func `may be left out`() throws {
    let (none, _) = AgentSettings.read(HostLayout(root: scratch.path), trust: .unchecked)
    #expect(none?.interval == .seconds(300))
    let (settings, _) = try read("labels: {a: b}\n")
    guard case .directory("/etc/klpolicy/policies.d") = settings?.source else {
      Issue.record("another source than the default")
      return
    }
  }

  @Test(arguments: [
    ("{directory: /a, git: {url: 'https://a/b', branch: m, keyring: /k}}", "git"),
    ("{git: {url: 'https://a/b', branch: m}}", "allowedSigners"),
    ("{git: {url: 'https://a/b', branch: m, keyring: /k, allowedSigners: /a}}", "allowedSigners"),
    ("{git: {url: 'https://a/b', branch: m, tag: t, keyring: /k}}", "tag"),
    ("{git: {url: 'http://a/b', branch: m, keyring: /k}}", "https://"),
    ("{git: {url: 'git://a/b', branch: m, keyring: /k}}", "https:// or ssh://"),
    ("{git: {url: 'https://me:secret@a/b', branch: m, keyring: /k}}", "credentials"),
    ("{git: {url: 'ssh://me:secret@a/b', branch: m, keyring: /k, knownHosts: /h}}", "address"),
    ("{git: {url: 'ssh://-oProxyCommand=x/b', branch: m, keyring: /k, knownHosts: /h}}", "address"),
    ("{git: {url: 'git@a:b', branch: m, keyring: /k}}", "ssh://git@a/b"),
    ("{git: {url: 'ext::sh -c x', branch: m, keyring: /k}}", "address"),
    ("{git: {url: 'ssh://a/b', branch: m, keyring: /k}}", "knownHosts"),
    ("{git: {url: 'https://a/b', branch: m, keyring: /k, sshKey: /x}}", "sshKey"),
    ("{git: {url: 'https://a/b', branch: --upload-pack=x, keyring: /k}}", "branch"),
    ("{git: {url: 'https://a/b', branch: refs/heads/m, keyring: /k}}", "name alone"),
    ("{git: {url: 'https://a/b', branch: a..b, keyring: /k}}", "branch"),
    ("{git: {url: 'https://a/b', branch: m, path: ../x, keyring: /k}}", "path"),
    ("{git: {url: 'https://a/b', branch: m, path: /x, keyring: /k}}", "without /"),
    ("{git: {url: 'https://a/b', branch: m, path: .git, keyring: /k}}", "path"),
    ("{git: {url: 'https://a/b', branch: m, keyring: k}}", "absolute"),
  ])
  func `that makes no sense is refused, and what to do is said`(source: String, says: String) throws
  {
    let (settings, diagnostics) = try read("agent: {source: \(source)}\n")
    #expect(settings == nil)
    #expect(!diagnostics.isEmpty)
    #expect(
      diagnostics.contains { ($0.message + ($0.advice ?? "")).contains(says) }, "\(diagnostics)")
  }
}
