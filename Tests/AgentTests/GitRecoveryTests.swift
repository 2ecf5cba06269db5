import Documents
import Files
import Glibc
import Reconciliation
import SystemPackage
import Testing

@testable import Agent

/// What the agent keeps of a repository may be damaged, lost, or of other settings.
@Suite struct `Following a Git repository after mishaps` {
  @Test(arguments: [
    ": > git/HEAD", ": > git/refs/klpolicy/tip",
    "for f in $(find git/objects -type f); do chmod u+w $f; : > $f; done",
  ])
  func `a copy that a cut of the power has damaged is fetched anew`(spoil: String) async throws {
    try await onOwnThread {
      let published = try Published()
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      try published.run("/bin/sh", "-c", "cd \(published.host)/var/lib/klpolicy && \(spoil)")
      let next = try published.publish()
      var again = published.follower()
      if problem(&again) != nil { #expect(problem(&again) == nil) }
      #expect(again.accepted?.commit == next)
    }
  }

  @Test func `a repository of SHA-256 that was away at first is followed once it is there`()
    async throws
  {
    try await onOwnThread {
      let published = try Published(sha256: true)
      let commit = try published.publish()
      try published.run(
        "/bin/mv", "\(published.scratch.path)/published.git", "\(published.scratch.path)/x")
      var follower = published.follower()
      #expect(problem(&follower) == "source-unreachable")
      try published.run(
        "/bin/mv", "\(published.scratch.path)/x", "\(published.scratch.path)/published.git")
      #expect(problem(&follower) == nil)
      #expect(follower.accepted?.commit == commit)
    }
  }

  @Test func `a record that cannot be used is no leave to go back`() async throws {
    try await onOwnThread {
      let published = try Published()
      let base = try published.publish()
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      let record = "\(published.host)/var/lib/klpolicy/agent/accepted.json"
      try published.run("/bin/sh", "-c", "echo '{' > \(record)")
      try published.git("reset", "-q", "--hard", base)
      try published.push(force: true)
      var again = published.follower()
      #expect(problem(&again) == "source-unusable")
      #expect(again.accepted == nil)
      // Who removes it means it.
      try published.run("/bin/rm", record)
      var third = published.follower()
      #expect(problem(&third) == nil)
      #expect(third.accepted?.commit == base)
    }
  }

  @Test func `a person's word is spent when it was followed, needed or not, and grows old`()
    async throws
  {
    try await onOwnThread {
      let published = try Published()
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      let permit = AgentPermit(layout: .init(root: published.host), trust: .unchecked)
      let now = Timestamp(secondsSinceEpoch: time(nil))
      // It descends anyhow.
      let second = try published.publish()
      _ = try permit.give(second, by: "jo", at: now)
      #expect(problem(&follower) == nil)
      try published.publish()
      #expect(problem(&follower) == nil)
      try published.git("reset", "-q", "--hard", second)
      try published.push(force: true)
      #expect(problem(&follower) == "history-rewritten")
      _ = try permit.give(second, by: "jo", at: now.advanced(by: .seconds(-8 * 86_400)))
      #expect(problem(&follower) == "history-rewritten")
      _ = try permit.give(second, by: "jo", at: now)
      #expect(problem(&follower) == nil)
    }
  }

  @Test func `another directory of the same commit is looked at as a new commit would be`()
    async throws
  {
    try await onOwnThread {
      let published = try Published()
      try published.write("web", at: "db/web.yaml")
      try published.write("web", at: "web/web.yaml")
      try published.scratch.link("work/web/linked.yaml", to: "../db/web.yaml")
      published.settings.path = "db"
      let commit = try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      published.settings.path = "web"
      var other = published.follower()
      #expect(problem(&other) == "repository-refused")
      // What was in force stays so, whole.
      #expect(try published.files(other).keys.sorted() == ["web.yaml"])
      #expect(other.policies?.lastComponent?.string == "db")
      try published.run("/bin/rm", "\(published.scratch.path)/work/web/linked.yaml")
      try published.write("more", at: "web/more.yaml")
      try published.publish()
      #expect(problem(&other) == nil)
      #expect(try published.files(other).keys.sorted() == ["more.yaml", "web.yaml"])
      published.settings.path = "db"
      var back = published.follower()
      #expect(problem(&back) == nil)
      #expect(try published.files(back).keys.sorted() == ["web.yaml"])
      #expect(back.accepted?.path == "db" && back.accepted?.commit != commit)
    }
  }
}
