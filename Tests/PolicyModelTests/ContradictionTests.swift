import Diagnostics
import Nodes
import PolicyModel
import Testing

private let release = "6.1.0-56-cloud-amd64"

private func catalogue(_ patches: String...) -> SourceText {
  let text = """
    apiVersion: klpolicy/v1
    kind: PatchSet
    metadata: {name: set}
    spec:
      patches:

    """ + patches.map { "    - \($0)\n" }.joined()
  return SourceText(path: "set.yaml", fileIndex: 9, bytes: Array(text.utf8))
}

private func build(_ module: String, _ more: String = "", for release: String = release) -> String {
  "{release: \(release), module: \(module), file: m.ko, sha256: \(digest("a"))"
    + (more.isEmpty ? "" : ", \(more)") + "}"
}

private func wants(
  _ name: String, _ patches: String, hosts: String = "", release: String = release,
  priority: Int = 0
) -> SourceText {
  policy(
    name,
    "  priority: \(priority)\n" + (hosts.isEmpty ? "" : "  hosts: \(hosts)\n")
      + "  kernels:\n    - {release: \"\(release)\", patches: [\(patches)]}\n")
}

private func errors(_ sources: SourceText...) -> [Diagnostic] {
  let numbered = sources.enumerated().map { index, source in
    SourceText(path: source.path, fileIndex: index, bytes: source.bytes)
  }
  return PolicySet.check(numbered).diagnostics.filter { $0.severity == .error }
}

private let twoVersions = catalogue(
  "{name: p, builds: [\(build("p1", "version: \"1\"")), \(build("p2", "version: \"2\""))]}")

@Suite struct `Contradictions between policies, without a host` {
  @Test(arguments: [
    ("{hostname: [\"web-*\"]}", "{hostname: [\"*-1\"]}", true),
    ("{hostname: [\"web-*\"]}", "{hostname: [\"db-*\"]}", false),
    ("{hostname: [\"web-*\"]}", "{hostname: [\"web-*\", \"!web-?\"]}", true),
    ("{hostname: [\"web-?\"]}", "{hostname: [\"*\", \"!web-*\"]}", false),
    ("{labels: {tier: web}}", "{labels: {tier: db}}", false),
    ("{labels: {tier: web}}", "{labels: {environment: production}}", true),
    ("{distribution: {id: debian}}", "{distribution: {id: ubuntu}}", false),
    (
      "{distribution: {id: debian, version: \">=12\"}}",
      "{distribution: {id: debian, version: \"<12\"}}", false
    ),
    (
      "{distribution: {id: debian, version: \">=11\"}}",
      "{distribution: {id: debian, version: \"<=12\"}}", true
    ),
    ("{architecture: [x86_64, aarch64]}", "{architecture: [aarch64]}", true),
    ("{architecture: [x86_64]}", "{architecture: [aarch64]}", false),
    ("", "{labels: {tier: web}}", true),
  ])
  func `are told when one host may be selected by both, and only then`(
    left: String, right: String, clash: Bool
  ) {
    let found = errors(
      twoVersions, wants("a", "{name: p, version: \"1\"}", hosts: left),
      wants("b", "{name: p, version: \"2\"}", hosts: right))
    #expect(found.map(\.code.name) == (clash ? ["conflicting-definitions"] : []))
    #expect(found.allSatisfy { $0.notes.count == (left.isEmpty && right.isEmpty ? 1 : 2) })
  }

  @Test(arguments: [
    (">=6.1.0-50", "6.1.*", true),
    (">=6.1.0-50 <6.1.0-56", "6.1.0-56-cloud-amd64", false),
    ("6.1.0-57-*", "6.1.0-56-*", false),
    ("*", ">=6.1", true),
  ])
  func `are told when one kernel may be meant by both, and only then`(
    left: String, right: String, clash: Bool
  ) {
    let found = errors(
      twoVersions, wants("a", "{name: p, version: \"1\"}", release: left),
      wants("b", "{name: p, version: \"2\"}", release: right))
    #expect(found.map(\.code.name) == (clash ? ["conflicting-definitions"] : []))
  }

  @Test func `are settled by priority`() {
    #expect(
      errors(
        twoVersions, wants("a", "{name: p, version: \"1\"}", priority: 1),
        wants("b", "{name: p, version: \"2\"}")) == [])
  }

  @Test func `two cumulative patches for one host`() {
    let set = catalogue(
      "{name: p, builds: [\(build("p1", "replace: true"))]}",
      "{name: q, builds: [\(build("q1", "replace: true"))]}")
    let both = errors(set, wants("a", "p, q"))
    #expect(both.map(\.code.name) == ["replace-conflict"])
    #expect(both[0].notes.count == 1)
    let apart = errors(
      set, wants("a", "p", hosts: "{hostname: [a]}"), wants("b", "q", hosts: "{hostname: [b]}"))
    #expect(apart == [])
  }

  @Test func `a cumulative patch whose newest build is none does not clash`() {
    let set = catalogue(
      "{name: p, builds: [\(build("p1", "replace: true, version: \"1\"")), "
        + "\(build("p2", "replace: false, version: \"2\""))]}",
      "{name: q, builds: [\(build("q1", "replace: true"))]}")
    #expect(errors(set, wants("a", "p, q")) == [])
    #expect(
      errors(set, wants("a", "{name: p, version: \"1\"}, q")).map(\.code.name)
        == ["replace-conflict"])
  }

  @Test func `one module for two patches`() {
    let set = catalogue(
      "{name: p, builds: [\(build("m"))]}", "{name: q, builds: [\(build("m"))]}")
    #expect(errors(set, wants("a", "p, q")).map(\.code.name) == ["module-claimed-twice"])
  }

  @Test func `patches of a catalogue that require each other`() {
    let set = catalogue(
      "{name: p, requires: [q], builds: [\(build("p1"))]}",
      "{name: q, requires: [p], builds: [\(build("q1"))]}")
    #expect(errors(set, wants("a", "p, q")).map(\.code.name) == ["requires-cycle"])
  }

  @Test func `settings of the whole host`() {
    let a = policy("a", "  hosts: {hostname: [\"web-*\"]}\n  unmanaged: ignore\n")
    let b = policy("b", "  hosts: {hostname: [\"*-1\"]}\n  unmanaged: remove\n")
    let c = policy("c", "  hosts: {hostname: [\"db-*\"]}\n  unmanaged: remove\n")
    #expect(errors(a, b).map(\.code.name) == ["conflicting-settings"])
    #expect(errors(a, c) == [])
  }

  @Test(.timeLimit(.minutes(1))) func `thousands of policies are looked at in no time`() {
    let policies = (0..<3_000).map {
      wants("p\($0)", "{name: p, version: \"1\"}", hosts: "{hostname: [host-\($0)]}")
    }
    let numbered = ([twoVersions] + policies).enumerated().map { index, source in
      SourceText(path: source.path, fileIndex: index, bytes: source.bytes)
    }
    #expect(PolicySet.check(numbered).policies != nil)
  }
}
