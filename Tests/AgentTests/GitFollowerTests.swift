import Artefacts
import Diagnostics
import Documents
import Files
import Glibc
import LivepatchHost
import Reconciliation
import SystemPackage
import Testing

@testable import Agent

@Suite struct `Following a Git repository` {
  @Test(arguments: [false, true])
  func `a signed commit comes into force, and so does one after it`(sha256: Bool) async throws {
    try await onOwnThread {
      let published = try Published(sha256: sha256)
      try published.write("web")
      try published.write("modules", at: "sub/other.yaml")
      let first = try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == first)
      #expect(follower.accepted?.signer == "ops@example.org")
      #expect(follower.accepted?.committedAt != nil)
      #expect(try published.files(follower).keys.sorted() == ["sub/other.yaml", "web.yaml"])
      // Nothing new.
      #expect(problem(&follower) == nil)

      try published.write("web", "{kernels: [], priority: 7}")
      try published.git("rm", "-q", "sub/other.yaml")
      let second = try published.publish()
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == second)
      #expect(try published.files(follower).keys.sorted() == ["web.yaml"])
      #expect(try published.files(follower)["web.yaml"]?.contains("priority: 7") == true)
      // What was is taken away.
      #expect(try published.trees() == [second])
      // And after a start all of it is as it was.
      var again = published.follower()
      #expect(again.accepted?.commit == second)
      #expect(problem(&again) == nil)
    }
  }

  @Test func `what came into force, and who signed it, is told once`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      let first = try published.publish()
      var settings = AgentSettings()
      settings.source = .git(published.settings)
      var notes: [String] = []
      var agent = Agent(
        host: try LivepatchHost(root: published.host), settings: settings,
        options: Agent.Options(
          layout: HostLayout(root: published.host), trust: .unchecked, operatorName: "somebody",
          toolVersion: "0", downloads: .init(), notifier: .silent,
          clock: { Timestamp(secondsSinceEpoch: time(nil)) },
          tell: { if case .note(let text) = $0 { notes.append(text) } }))
      agent.cycle(isAsked: true)
      agent.cycle(isAsked: true)
      let second = try published.publish()
      agent.cycle(isAsked: true)
      #expect(
        notes
          == [first, second].map {
            "commit \($0.prefix(12)), signed by ops@example.org, is in force now"
          })
    }
  }

  @Test func `what is not signed, or by a stranger, changes nothing`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      var follower = published.follower()
      try published.publish(.none)
      #expect(problem(&follower) == "commit-unsigned")
      #expect(follower.policies == nil)

      let good = try published.publish()
      #expect(problem(&follower) == nil)
      try published.write("evil")
      try published.publish(.stranger)
      #expect(problem(&follower) == "commit-wrongly-signed")
      try published.publish(.none)
      #expect(problem(&follower) == "commit-unsigned")
      #expect(follower.accepted?.commit == good)
      #expect(try published.files(follower).keys.sorted() == ["web.yaml"])
      // Whoever counts vouches for all that came before.
      let later = try published.publish()
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == later)
    }
  }

  @Test func `a signature of another text is none`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      try published.publish()
      // The signature of one commit, on another.
      let signed = try published.git("cat-file", "commit", "HEAD")
      try published.write("evil")
      try published.git("add", "-A")
      let tree = try published.git("write-tree").prefix { $0 != "\n" }
      let lines = signed.split(separator: "\n", omittingEmptySubsequences: false)
      let forged = (["tree \(tree)"] + lines.dropFirst().map(String.init)).joined(separator: "\n")
      let commit = try published.run(
        "/usr/bin/git",
        ["-C", "\(published.scratch.path)/work", "hash-object", "-w", "-t", "commit", "--stdin"],
        input: forged)
      try published.git("update-ref", "refs/heads/main", String(commit.prefix { $0 != "\n" }))
      try published.push(force: true)
      var follower = published.follower()
      #expect(problem(&follower) == "commit-wrongly-signed")
      #expect(follower.policies == nil)
    }
  }

  @Test func `a history that was rewritten is let in by a person alone`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      let base = try published.publish()
      let first = try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)

      // An older commit, well signed, is a step back.
      try published.git("reset", "-q", "--hard", base)
      try published.push(force: true)
      #expect(problem(&follower) == "history-rewritten")
      try published.write("other")
      let rewritten = try published.publish(force: true)
      #expect(problem(&follower) == "history-rewritten")
      #expect(follower.accepted?.commit == first)

      let permit = AgentPermit(layout: .init(root: published.host), trust: .unchecked)
      #expect(throws: AgentPermit.Refusal.self) {
        _ = try permit.give("0123456", by: "jo", at: .init(secondsSinceEpoch: time(nil)))
      }
      let given = try permit.give(rewritten, by: "jo", at: .init(secondsSinceEpoch: time(nil)))
      #expect(given == rewritten)
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == rewritten)
      #expect(follower.accepted?.letIn?.by == "jo")
      // It was for that commit; the next rewriting is another.
      try published.git("reset", "-q", "--hard", base)
      try published.write("third")
      try published.publish(force: true)
      #expect(problem(&follower) == "history-rewritten")
      #expect(follower.accepted?.commit == rewritten)
    }
  }

  @Test func `who let a history in stays known`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      try published.git("checkout", "-q", "--orphan", "new")
      try published.git("commit", "-q", "--allow-empty", "-S", "-m", "x")
      try published.git("branch", "-f", "main", "new")
      try published.push(force: true)
      let commit = try published.head()
      #expect(problem(&follower) == "history-rewritten")
      // A permit for an unsigned commit does not sign it.
      let permit = AgentPermit(layout: .init(root: published.host), trust: .unchecked)
      _ = try permit.give(commit, by: "jo", at: .init(secondsSinceEpoch: time(nil)))
      #expect(problem(&follower) == nil)
      #expect(published.follower().accepted?.letIn?.by == "jo")
    }
  }

  @Test func `after the copy of the repository was lost it still knows what descends from what`()
    async throws
  {
    try await onOwnThread {
      let published = try Published()
      let base = try published.publish()
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      for spoil in [
        "rm -rf git", "find git -name '*.pack' -delete", "touch git/shallow.lock git/config.lock",
      ] {
        try published.run(
          "/bin/sh", "-c", "cd \(published.host)/var/lib/klpolicy && \(spoil)")
        let next = try published.publish()
        var again = published.follower()
        // Damage is found in one look and mended in the next.
        if problem(&again) != nil { #expect(problem(&again) == nil, "\(spoil)") }
        #expect(again.accepted?.commit == next, "\(spoil)")
      }
      try published.git("reset", "-q", "--hard", base)
      try published.push(force: true)
      try published.run("/bin/rm", "-rf", "\(published.host)/var/lib/klpolicy/git")
      var again = published.follower()
      #expect(problem(&again) == "history-rewritten")
    }
  }

  @Test func `policies that cannot be used are refused, and asked about again`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      let good = try published.publish()
      var isSound = true
      var follower = published.follower { _ in isSound ? [] : ["they are wrong"] }
      #expect(problem(&follower) == nil)
      isSound = false
      try published.write("web", "{}")
      let bad = try published.publish()
      #expect(problem(&follower) == "commit-invalid")
      #expect(problem(&follower) == "commit-invalid")
      #expect(follower.accepted?.commit == good)
      #expect(try published.trees() == [good])
      isSound = true
      #expect(problem(&follower) == "commit-invalid")
      follower.forgetRefusal()
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == bad)
    }
  }

  @Test func `a repository that is gone leaves in force what is`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      let good = try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      try published.run(
        "/bin/mv", "\(published.scratch.path)/published.git", "\(published.scratch.path)/x")
      #expect(problem(&follower) == "source-unreachable")
      #expect(follower.accepted?.commit == good)
      #expect(try published.files(follower).keys.sorted() == ["web.yaml"])
      #expect(problem(&follower) == "source-unreachable")
      try published.run(
        "/bin/mv", "\(published.scratch.path)/x", "\(published.scratch.path)/published.git")
      #expect(problem(&follower) == nil)
    }
  }

  @Test func `a branch that is not there is no empty one`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.publish()
      published.settings.branch = "release"
      var follower = published.follower()
      do throws(SyncProblem) {
        try follower.sync()
        Issue.record("it was taken for one")
      } catch {
        // It answers: that it is out of reach would send somebody to look at keys.
        #expect(error.message == "\(published.settings.url) has no branch release")
        #expect(error.diagnostics.first?.advice?.contains("agent.source.git.branch") == true)
      }
      try published.git("push", "-q", "origin", "main:release")
      #expect(problem(&follower) == nil)
    }
  }

  @Test func `a signed tag is followed, under its own name alone`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      let first = try published.publish(.none)
      try published.git("tag", "-s", "-m", "x", "v1")
      try published.push("v1")
      published.settings.branch = nil
      published.settings.tag = "v1"
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == first)
      // v1 signed, given out as v2.
      try published.run(
        "/usr/bin/git",
        ["-C", "\(published.scratch.path)/work", "push", "-q", "origin", "v1:refs/tags/v2"])
      published.settings.tag = "v2"
      var other = published.follower()
      #expect(problem(&other) == "repository-refused")
      // A tag without a signature vouches for nothing.
      try published.git("tag", "-m", "x", "v3")
      try published.push("v3")
      published.settings.tag = "v3"
      var third = published.follower()
      #expect(problem(&third) == "commit-unsigned")
    }
  }

  @Test func `OpenPGP signatures count where a keyring is named`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.scratch.directory("gnupg")
      try published.run("/bin/chmod", "700", "\(published.scratch.path)/gnupg")
      for name in ["ops", "stranger"] {
        try published.run(
          "/usr/bin/gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key",
          "\(name)@example.org", "ed25519", "sign", "never")
      }
      try published.run(
        "/usr/bin/gpg", "--batch", "--output", "\(published.scratch.path)/ring", "--export",
        "ops@example.org")
      published.settings.signers = .keyring(published.scratch.path.appending("ring"))
      func commit(_ signer: String) throws -> String {
        try published.git(
          "-c", "gpg.format=openpgp", "-c", "user.signingKey=\(signer)@example.org", "commit", "-q",
          "--allow-empty", "-S", "-m", "x")
        try published.push()
        return try published.head()
      }
      try published.write("web")
      try published.git("add", "-A")
      let good = try commit("ops")
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == good)
      #expect(follower.accepted?.signer?.contains("ops@example.org") == true)
      _ = try commit("stranger")
      #expect(problem(&follower) == "commit-wrongly-signed")
      // A good SSH signature is not what is asked for.
      try published.publish()
      #expect(problem(&follower) == "commit-wrongly-signed")
      #expect(follower.accepted?.commit == good)
      try published.run("/usr/bin/gpgconf", "--kill", "gpg-agent")
    }
  }
}
