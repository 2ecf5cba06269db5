internal import Documents

import Diagnostics
import Nodes
import PolicyModel
import Shapes
import SystemPackage
import Testing

private let release = "6.1.0-56-cloud-amd64"

/// `kernels` with one rule for each release and its patches.
private func kernels(_ rules: (release: String, patches: [String])...) -> String {
  let lines = rules.map { rule in
    "    - release: \"\(rule.release)\"\n      patches:\(rule.patches.isEmpty ? " []" : "")\n"
      + rule.patches.map { "        - \($0)\n" }.joined()
  }
  return "  kernels:\n" + lines.joined()
}

/// The same texts in every order, each time as files 0, 1, 2 and so on.
private func permutations(_ sources: [SourceText]) -> [[SourceText]] {
  guard sources.count > 1 else { return [sources] }
  return sources.indices.flatMap { index in
    var rest = sources
    let first = rest.remove(at: index)
    return permutations(rest).map { [first] + $0 }
  }.map { order in
    order.enumerated().map { SourceText(path: $1.path, fileIndex: $0, bytes: $1.bytes) }
  }
}

/// What is wanted of the kernel, a line a patch.
private func wanted(_ sources: [SourceText], on release: String = release) throws -> [String] {
  try desired(sources, on: release).patches.map { patch in
    switch patch.wanted {
    case .applied(let choices):
      choices.map(\.build).map { build in
        "\(patch.name): \(build.module) \(build.sha256.prefix(1)) (\(patch.policy))"
      }.joined()
    case .absent(let modules):
      "\(patch.name): absent \(modules.isEmpty ? "?" : modules.sorted().joined(separator: " "))"
        + " (\(patch.policy))"
    case .fixedByKernel: "\(patch.name): fixed by the kernel (\(patch.policy))"
    }
  }
}

private func desired(_ sources: [SourceText], on release: String = release) throws -> DesiredSet {
  let (set, diagnostics) = PolicySet.check(sources)
  let policies = try #require(set, "\(diagnostics)")
  return try #require(policies.desired(on: release).desired)
}

/// The errors, each as its code and the places it names.
private func errors(_ sources: [SourceText]) -> Set<String> {
  let diagnostics = PolicySet.check(sources).diagnostics.filter { $0.severity == .error }
  return Set(
    diagnostics.map { diagnostic in
      let places = ([diagnostic.location] + diagnostic.notes.map(\.location)).compactMap(\.?.path)
      return "\(diagnostic.code) " + places.sorted().joined(separator: " ")
    })
}

@Suite struct `The desired set` {
  @Test(arguments: [
    (
      "the union of all policies",
      [
        policy("a", kernels((release, [patch("p"), patch("q", "requires: [p]")]))),
        policy("b", kernels((release, [patch("r")]))),
      ],
      ["p: p a (a)", "q: q a (a)", "r: r a (b)"]
    ),
    (
      "rules for other releases say nothing",
      [
        policy(
          "a",
          kernels(
            ("6.1.0-57-cloud-amd64", [patch("p")]), ("6.1.0-*", ["{name: q, state: absent}"]),
            ("6.12.*", [patch("r")])))
      ],
      ["q: absent ? (a)"]
    ),
    (
      "the higher priority wins",
      [
        policy("a", kernels((release, [patch("p", sha: "a")]))),
        policy("b", "  priority: 1\n" + kernels((release, [patch("p", sha: "b")]))),
        policy("c", "  priority: -1\n" + kernels((release, ["{name: p, state: absent}"]))),
      ],
      ["p: p b (b)"]
    ),
    (
      "at the same priority absent beats applied",
      [
        policy("a", kernels((release, [patch("p", sha: "a")]))),
        policy("b", kernels((release, ["{name: p, state: absent}"]))),
        policy("c", kernels((release, [patch("p", sha: "c")]))),
      ],
      ["p: absent p (b)"]
    ),
    (
      "a higher priority applies what a lower one takes off",
      [
        policy("a", "  priority: 5\n" + kernels((release, [patch("p")]))),
        policy("b", kernels((release, ["{name: p, state: absent}"]))),
      ],
      ["p: p a (a)"]
    ),
    (
      "equal definitions are one, of the policy whose name sorts first",
      [
        policy("b", kernels((release, [patch("p", "fixes: [CVE-2026-1111, CVE-2026-2222]")]))),
        policy("a", kernels((release, [patch("p", "fixes: [CVE-2026-2222, CVE-2026-1111]")]))),
      ],
      ["p: p a (a)"]
    ),
    (
      "an absent patch has the module of another definition",
      [
        policy("a", kernels((release, ["{name: p, state: absent}"]))),
        policy("b", kernels(("6.1.0-55-cloud-amd64", [patch("p", module: "klp_p")]))),
      ],
      ["p: absent klp_p (a)"]
    ),
    (
      "of this kernel's rather than another's",
      [
        policy("a", "  priority: 1\n" + kernels((release, ["{name: p, state: absent}"]))),
        policy("b", kernels((release, [patch("p", module: "klp_here")]))),
        policy("c", kernels(("6.12.0", [patch("p", module: "klp_there")]))),
      ],
      ["p: absent klp_here (a)"]
    ),
    (
      "and none where there are several",
      [
        policy("a", kernels((release, ["{name: p, state: absent}"]))),
        policy("b", kernels(("6.12.0", [patch("p", module: "klp_1")]))),
        policy("c", kernels(("6.12.1", [patch("p", module: "klp_2")]))),
      ],
      ["p: absent ? (a)"]
    ),
    (
      "a module that moved to another patch",
      [
        policy("a", kernels((release, ["{name: old, state: absent}", patch("new", module: "m")]))),
        policy("b", kernels(("6.12.0", [patch("old", module: "m")]))),
      ],
      ["new: m a (a)", "old: absent m (a)"]
    ),
  ])
  func `is the same in every order of files`(
    name: String, sources: [SourceText], expected: [String]
  ) throws {
    for order in permutations(sources) { #expect(try wanted(order) == expected) }
  }

  @Test(arguments: [
    (
      "unequal definitions at the same priority",
      [
        policy("a", kernels((release, [patch("p", sha: "a")]))),
        policy("b", kernels((release, [patch("p", sha: "b")]))),
      ],
      ["conflicting-definitions a.yaml b.yaml"]
    ),
    (
      "also of a glob and a release in it",
      [
        policy("a", kernels(("6.1.0-*", [patch("p", sha: "a")]))),
        policy("b", kernels((release, [patch("p", sha: "b")]))),
      ],
      ["conflicting-definitions a.yaml b.yaml"]
    ),
    (
      "also of two globs that overlap",
      [
        policy("a", kernels(("6.1.0-*", [patch("p", sha: "a")]))),
        policy("b", kernels(("6.*", [patch("p", "version: \"2\"")]))),
      ],
      ["conflicting-definitions a.yaml b.yaml"]
    ),
    (
      "one module for two patches",
      [
        policy("a", kernels((release, [patch("p", module: "m")]))),
        policy("b", kernels((release, [patch("q", module: "m")]))),
      ],
      ["module-claimed-twice a.yaml b.yaml"]
    ),
    (
      "a module to apply and to take off",
      [
        policy("a", kernels((release, [patch("p", module: "m")]))),
        policy("b", kernels((release, ["{name: q, state: absent, module: m}"]))),
      ],
      ["module-claimed-twice a.yaml b.yaml"]
    ),
    (
      "two builds that replace all others",
      [
        policy("a", kernels((release, [patch("p", "replace: true")]))),
        policy("b", kernels((release, [patch("q", "replace: true")]))),
      ],
      ["replace-conflict a.yaml b.yaml"]
    ),
    (
      "unmanaged said in two ways at the same priority",
      [
        policy("a", "  unmanaged: remove\n" + kernels((release, []))),
        policy("b", "  unmanaged: ignore\n"),
      ],
      ["conflicting-settings a.yaml b.yaml"]
    ),
    (
      "requirements in a circle over several files",
      [
        policy("a", kernels((release, [patch("p", "requires: [q]")]))),
        policy("b", kernels((release, [patch("q", "requires: [r]")]))),
        policy("c", kernels((release, [patch("r", "requires: [p]")]))),
      ],
      ["requires-cycle a.yaml b.yaml c.yaml"]
    ),
    (
      "two policies of one name",
      [
        policy("a", kernels((release, [patch("p")]))),
        SourceText(path: "b.yaml", bytes: policy("a", kernels((release, [patch("q")]))).bytes),
      ],
      ["duplicate-policy a.yaml b.yaml"]
    ),
  ])
  func `a contradiction names both places, in every order of files`(
    name: String, sources: [SourceText], expected: [String]
  ) {
    for order in permutations(sources) { #expect(errors(order) == Set(expected)) }
  }

  @Test func `what contradicts only below the winner is no error`() throws {
    let sources = [
      policy("a", kernels((release, [patch("p", sha: "a")]))),
      policy("b", kernels((release, [patch("p", sha: "b")]))),
      policy("c", "  priority: 1\n" + kernels((release, [patch("p", sha: "c")]))),
    ]
    #expect(try wanted(sources) == ["p: p c (c)"])
  }

  @Test func `settings of the whole host`() throws {
    let a = policy(
      "a", "  safety: {transition: {deadline: 2m}}\n" + kernels((release, [patch("p")])))
    let b = policy("b", "  safety: {transition: {deadline: 30s}}\n  unmanaged: ignore\n")
    let c = policy("c", "  priority: 1\n  unmanaged: remove\n" + kernels((release, [patch("q")])))
    for order in permutations([a, b, c]) {
      let desired = try desired(order)
      #expect(desired.unmanaged == .remove)
      #expect(desired.constraintsOfHost.deadline == .seconds(30))
      // A policy that names no patch speaks of the whole host.
      #expect(desired.patches.map(\.constraints.deadline) == [.seconds(30), .seconds(30)])
      #expect(desired.givenPolicies == ["a", "b", "c"])
      #expect(desired.policies.map(\.name) == ["a", "b", "c"])
      #expect(desired.policies.map(\.path) == ["a.yaml", "b.yaml", "c.yaml"])
    }
    #expect(try desired([a]).unmanaged == .report)
    #expect(try desired([c]).constraintsOfHost.deadline == .seconds(60))
  }

  @Test func `the shortest deadline of all policies that name a patch, also where they lost`()
    throws
  {
    let won = policy(
      "a",
      "  priority: 1\n  safety: {transition: {deadline: 5m}}\n"
        + kernels((release, [patch("p")])))
    let lost = policy(
      "b", "  safety: {transition: {deadline: 40s}}\n" + kernels((release, [patch("p", sha: "b")])))
    #expect(try desired([won, lost]).patches.map(\.constraints.deadline) == [.seconds(40)])
  }

  @Test func `a patch is given with all that its policy says of it`() throws {
    let text = """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: \(release)
            patches:
              - name: p
                module: klp_p
                file: ../modules/klp_p.ko
                sha256: \(digest("a"))
                replace: true
                version: "2"
                fixes: [CVE-2026-2222, CVE-2026-1111]
                severity: high
                released: 2026-11-01
                requires: [q]
              - {name: q, module: q, file: /srv/q.ko, sha256: \(digest("b"))}
      """
    let source = SourceText(path: "policies/web.yaml", bytes: Array(text.utf8))
    let patches = try desired([source]).patches
    let patch = try #require(patches.first)
    let build = try #require(patch.builds.first)
    let other = try #require(patches[1].builds.first)
    #expect(build.module == "klp_p")
    #expect(build.origin == .file("policies/../modules/klp_p.ko"))
    #expect(build.replace == true)
    #expect(build.version == "2")
    #expect(build.released?.description == "2026-11-01")
    #expect(other.origin == .file("/srv/q.ko"))
    #expect(other.replace == nil)
    #expect(patch.requires == ["q"])
    #expect(patch.fixes == ["CVE-2026-2222", "CVE-2026-1111"])
    #expect(patch.severity == .high)
    #expect(patch.source.description == "policies/web.yaml:8:11")
  }
}
