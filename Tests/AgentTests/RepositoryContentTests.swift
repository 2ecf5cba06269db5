import Digests
import Glibc
import SystemPackage
import Testing

@testable import Agent

@Suite struct `What a repository may hold` {
  @Test func `only its own files come, and those of the directory's neighbours`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web", at: "policies/web.yaml")
      try published.scratch.file("work/modules/klp_a.ko", "a module")
      try published.scratch.file("work/.gitattributes", "*.ko filter=evil\n*.txt text eol=crlf\n")
      try published.scratch.file("work/a.txt", "one\ntwo\n")
      try published.scratch.link("work/link", to: "/etc/passwd")
      published.settings.path = "policies"
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      let policies = try #require(follower.policies)
      #expect(try published.files(follower).keys.sorted() == ["web.yaml"])
      let tree = policies.removingLastComponent()
      #expect(try published.run("/bin/cat", "\(policies)/../modules/klp_a.ko") == "a module")
      #expect(try published.run("/bin/cat", "\(tree)/a.txt") == "one\ntwo\n")
      // A link elsewhere than among the policies is left out.
      try published.run("/bin/sh", "-c", "test ! -L \(tree)/link")
      let modes = try published.run("/usr/bin/find", "\(tree)", "-printf", "%y%m\n")
      #expect(Set(modes.split(separator: "\n")) == ["d700", "f600"])
    }
  }

  @Test(arguments: ["policies/link.yaml", "policies/deep/link"])
  func `a link among the policies is refused`(name: String) async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web", at: "policies/web.yaml")
      try published.scratch.directory("work/policies/deep")
      try published.scratch.link("work/\(name)", to: "../../../../etc/shadow")
      published.settings.path = "policies"
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == "repository-refused")
      #expect(follower.policies == nil)
      #expect(try published.trees() == [])
    }
  }

  @Test func `a directory of policies that is a link, or not there, is no empty one`() async throws
  {
    try await onOwnThread {
      let published = try Published()
      try published.write("web", at: "real/web.yaml")
      try published.scratch.link("work/policies", to: "real")
      published.settings.path = "policies"
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == "repository-refused")
    }
  }

  /// Trees that git itself does not write.
  @Test(arguments: ["..", ".", ".git", ".GIT", "a/b", "/etc"])
  func `names that lead elsewhere are refused`(name: String) async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web")
      try published.git("add", "-A")
      let blob = try published.git("hash-object", "-w", "web.yaml").prefix { $0 != "\n" }
      let id = stride(from: 0, to: blob.utf8.count, by: 2).map { offset -> UInt8 in
        let start = blob.index(blob.startIndex, offsetBy: offset)
        return UInt8(blob[start...].prefix(2), radix: 16) ?? 0
      }
      let bytes = Array("100644 \(name)".utf8) + [0] + id
      try published.scratch.file("tree", bytes)
      let tree = try published.git(
        "hash-object", "-w", "-t", "tree", "--literally", "\(published.scratch.path)/tree"
      ).prefix { $0 != "\n" }
      let object = try #require(GitObject(id: String(tree), kind: .tree, bytes: bytes))
      let entries = try #require(GitTreeEntry.all(object))
      #expect(entries.map(\.component) == [nil])
      let commit = try published.git("commit-tree", "-S", "-m", "x", String(tree))
        .prefix { $0 != "\n" }
      try published.git("update-ref", "refs/heads/main", String(commit))
      try published.push()
      var follower = published.follower()
      // git refuses it where it is fetched, and klpolicy where it is written.
      #expect(["source-unreachable", "repository-refused"].contains(problem(&follower)))
      #expect(follower.policies == nil)
    }
  }

  @Test func `malformed trees are told, whatever they hold`() async throws {
    try await onOwnThread {
      let good = Array("100644 a".utf8) + [0] + [UInt8](repeating: 7, count: 20)
      for bytes in [
        Array(good.dropLast()), Array("100644".utf8), Array("100644 a".utf8),
        Array("777 a".utf8) + good.dropFirst(8), good + [1],
      ] {
        let id = gitObjectID(type: "tree", bytes, digits: 40)
        let object = try #require(GitObject(id: id, kind: .tree, bytes: bytes))
        #expect(GitTreeEntry.all(object) == nil)
      }
    }
  }

  @Test func `a submodule among the policies is refused, and elsewhere left out`() async throws {
    try await onOwnThread {
      let published = try Published()
      try published.write("web", at: "policies/web.yaml")
      let commit = try published.publish()
      try published.git(
        "update-index", "--add", "--cacheinfo", "160000,\(commit),vendor")
      try published.git("commit", "-q", "-S", "-m", "x")
      try published.push()
      published.settings.path = "policies"
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      published.settings.path = ""
      var whole = published.follower()
      try published.git("commit", "-q", "--allow-empty", "-S", "-m", "x")
      try published.push()
      #expect(problem(&whole) == "repository-refused")
    }
  }

  @Test func `a file that is too large is refused among the policies, and left out elsewhere`()
    async throws
  {
    try await onOwnThread {
      let published = try Published()
      try published.write("web", at: "policies/web.yaml")
      try published.scratch.file("work/large.bin", [])
      let name = "\(published.scratch.path)/work/large.bin"
      try #require(unsafe truncate(name, 65 << 20) == 0)
      published.settings.path = "policies"
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      try published.git("mv", "large.bin", "policies/large.bin")
      try published.publish()
      #expect(problem(&follower) == "repository-refused")
    }
  }

  /// KLPOLICY_LARGE_REPOSITORY=10000 for the long form.
  @Test func `a repository of many files is taken whole`() async throws {
    try await onOwnThread {
      let published = try Published()
      let wanted = unsafe getenv("KLPOLICY_LARGE_REPOSITORY")
      let count = unsafe wanted.flatMap { unsafe Int(String(cString: $0)) } ?? 1000
      try published.run(
        "/bin/sh", "-c",
        "cd \(published.scratch.path)/work && for d in $(seq 100); do mkdir d$d && cd d$d && "
          + "for f in $(seq \(count / 100)); do echo $d $f > $f; done && cd ..; done")
      try published.publish()
      var follower = published.follower()
      #expect(problem(&follower) == nil)
      let path = try #require(follower.policies)
      let found = try published.run(
        "/bin/sh", "-c", "find \(path) -type f | wc -l; cat \(path)/d100/\(count / 100)")
      #expect(found == "\(count)\n100 \(count / 100)\n")
    }
  }
}
