internal import Documents

import Diagnostics
import Digests
import Files
import Glibc
import Nodes
import PolicyModel
import Shapes
import SystemPackage
import Testing

/// A policy of a name, with nothing in it.
private func empty(_ name: String) -> String {
  "apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {name: \(name)}\nspec: {}\n"
}

private func load(_ paths: FilePath...) -> (names: [String]?, codes: [String]) {
  let (set, diagnostics) = PolicySet.load(paths, trust: .unchecked)
  return (set?.policies.map(\.name.value.text), diagnostics.map(\.code.name))
}

@Suite struct `Policies are loaded` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `from all files of a directory and those below, in the order of their paths`() throws {
    try scratch.file("b.yaml", empty("b"))
    try scratch.file("a/z.yml", empty("z") + "---\n" + empty("y"))
    try scratch.file("a-first.yaml", empty("a-first"))
    try scratch.file("a/deep/er/x.yaml", empty("x"))
    let loaded = load(scratch.path)
    #expect(loaded.names == ["a-first", "x", "z", "y", "b"])
    #expect(loaded.codes == [])
  }

  @Test func `without what is hidden or no YAML, and with comments only beside policies`() throws {
    try scratch.file("a.yaml", empty("a"))
    try scratch.file(".b.yaml", "not: read")
    try scratch.file(".git/c.yaml", "not: read")
    try scratch.file("README.md", "# not read")
    try scratch.file("d.yaml~", "not: read")
    try scratch.file("disabled.yaml", "# kind: Policy\n")
    #expect(load(scratch.path).names == ["a"])
    #expect(load(scratch.path).codes == [])
  }

  @Test func `from files and directories that are given, each file once`() throws {
    let file = try scratch.file("d/a.yaml", empty("a"))
    try scratch.file("d/b.yaml", empty("b"))
    let other = try scratch.file("c.txt", empty("c"))
    let again = scratch.path.appending("d").appending(".").appending("a.yaml")
    #expect(load(file, other, scratch.path.appending("d"), again).names == ["a", "c", "b"])
  }

  @Test func `with the digest of the file's bytes`() throws {
    let file = try scratch.file("a.yaml", empty("a"))
    let (set, _) = PolicySet.load([file], trust: .unchecked)
    let reference = try #require(set?.desired(on: "6.1.0").desired?.policies.first)
    #expect(reference.path == file.string)
    #expect(reference.sha256 == sha256Hex(Array(empty("a").utf8)))
  }

  @Test func `a file through a link, but not a directory`() throws {
    try scratch.file("real/a.yaml", empty("a"))
    try scratch.link("d/a.yaml", to: "../real/a.yaml")
    try scratch.link("d/more", to: "../real")
    try scratch.link("d/gone.yaml", to: "nowhere")
    let loaded = load(scratch.path.appending("d"))
    #expect(loaded.names == nil)
    #expect(loaded.codes.sorted() == ["link-not-followed", "not-found"])
  }

  @Test func `nothing is no policy`() throws {
    try scratch.directory("empty")
    try scratch.file("other/readme.txt", "x")
    try scratch.file("comments/a.yaml", "# x\n")
    let file = try scratch.file("empty.yaml")
    for path in ["empty", "other", "comments"] as [FilePath] {
      let loaded = load(scratch.path.pushing(path))
      #expect(loaded.names == nil)
      #expect(loaded.codes == ["no-policy"])
    }
    #expect(load(file).codes == ["no-policy"])
    #expect(load(scratch.path.appending("nowhere")).codes == ["not-found"])
  }

  @Test func `one bad file leaves nothing, and everything wrong is said in order`() throws {
    try scratch.file("a.yaml", empty("same"))
    try scratch.file("b.yaml", "apiVersion: klpolicy/v1\nkind: Polcy\nspec: [\n")
    try scratch.file("c.yaml", empty("same") + "---\nkind: Policy\n")
    try scratch.file("d.yaml", [0x7F, 0x45, 0x4C, 0x46, 0])
    let (set, diagnostics) = PolicySet.load([scratch.path], trust: .unchecked)
    #expect(set == nil)
    let told = diagnostics.map { diagnostic in
      "\(FilePath(diagnostic.location?.path ?? "").lastComponent?.string ?? "") \(diagnostic.code)"
    }
    #expect(
      told == [
        "b.yaml invalid-yaml", "c.yaml duplicate-policy", "c.yaml missing-key",
        "d.yaml binary-file",
      ])
  }

  @Test func `a file that is too large is not read`() throws {
    let file = try scratch.file("a.yaml", empty("a"))
    try #require(unsafe truncate(file.string, 100 << 20) == 0)
    let (set, diagnostics) = PolicySet.load([scratch.path], trust: .unchecked)
    #expect(set == nil)
    #expect(diagnostics.map(\.code.name) == ["too-large"])
    #expect(diagnostics.first?.message == "\(file) is larger than 8 MiB")
  }

  @Test func `a pipe is no file, and nothing waits for it`() throws {
    try scratch.pipe("a.yaml")
    #expect(load(scratch.path).codes == ["not-a-file"])
  }

  @Test(.enabled(if: getuid() == 0, "only root reads with rootOwned"))
  func `what others may write is refused, with the command that puts it right`() throws {
    let file = try scratch.file("a.yaml", empty("a"), mode: 0o666)
    let (set, diagnostics) = PolicySet.load([scratch.path], trust: .rootOwned)
    #expect(set == nil)
    #expect(diagnostics.map(\.code.name) == ["untrusted-file"])
    #expect(diagnostics.first?.advice == "chmod go-w \(file)")
    #expect(PolicySet.load([scratch.path], trust: .unchecked).policies != nil)
  }

  @Test(.timeLimit(.minutes(10)))
  func `a file that vanishes between listing and reading is named`() async throws {
    // Whichever moment the file goes at, the answer is one of these and never half a policy.
    try scratch.file("a.yaml", empty("a"))
    try scratch.file("b.yaml", empty("b"))
    let file = scratch.path.appending("b.yaml")
    for _ in 0..<200 {
      try scratch.file("b.yaml", empty("b"))
      let path = file.string
      let remover = Task.detached { unsafe unlink(path) }
      let (set, diagnostics) = PolicySet.load([scratch.path], trust: .unchecked)
      _ = await remover.value
      if let set {
        #expect([1, 2].contains(set.policies.count))
        #expect(diagnostics == [])
      } else {
        let codes = diagnostics.map(\.code.name)
        #expect(codes == ["not-found"] || codes == ["changed-while-read"])
        #expect(diagnostics.first?.location?.path == path)
      }
    }
  }
}
