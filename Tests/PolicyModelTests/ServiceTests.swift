import Diagnostics
import Documents
import Nodes
import PolicyModel
import Shapes
import Testing

private let release = "6.1.0-56-cloud-amd64"

private func services(_ entries: String...) -> String {
  "  services:\n" + entries.map { "    - \($0)\n" }.joined()
}

/// What is wanted of the services, a line each.
private func wanted(_ sources: [SourceText]) throws -> [String] {
  let (set, diagnostics) = PolicySet.check(sources)
  let policies = try #require(set, "\(diagnostics)")
  return try #require(policies.desired(on: release).desired).services.map { service in
    let what =
      switch service.wanted {
      case .kpatchPresent(let patch): "\(patch) present"
      case .kpatchAbsent(let patch, let modules): "\(patch) absent \(modules.sorted())"
      case .redHat(let packages):
        packages.version.map { "exactly \($0.value.text)" }
          ?? packages.minimumVersion.map { "at least \($0.value.text)" } ?? "the latest"
      case .canonical(let client): client.enabled.map { "enabled \($0.value)" } ?? "as it is"
      case .suse(let packages):
        packages.version.map { "exactly \($0.value.text)" } ?? "the latest"
      }
    return "\(service.kind) \(what) (\(service.policy))"
  }
}

/// What a team may say of the services of vendors, and what comes of several policies.
@Suite struct `Services of vendors` {
  @Test(
    "A cutoff under which nothing is ever taken from zypper is no quiet mistake",
    arguments: [
      ([policy("a", "  cutoff: 2026-11-01\n" + services("suse: {}"))], ["a.yaml:7:7"]),
      (
        [policy("a", "  minimumAge: 7d\n" + services("suse: {minimumVersion: 2-1.1}"))],
        ["a.yaml:7:30"]
      ),
      (
        [policy("a", services("suse: {}")), policy("all", "  cutoff: 2026-11-01\n")], ["a.yaml:6:7"]
      ),
      // That host may be another one.
      (
        [
          policy("a", services("suse: {}")),
          policy("web", "  hosts: {hostname: [web-*]}\n  cutoff: 2026-11-01\n"),
        ], []
      ),
      ([policy("a", "  cutoff: 2026-11-01\n" + services("suse: {version: 2-1.1}"))], []),
      ([policy("a", "  cutoff: 2026-11-01\n" + services("redHat: {}"))], []),
    ])
  func undated(_ sources: [SourceText], _ places: [String]) {
    let now = Timestamp(secondsSinceEpoch: 1_795_000_000)
    let found = PolicySet.check(sources, at: now, purpose: .validation).diagnostics
      .filter { $0.code == .undatedPackages }
    #expect(found.map { $0.location.map { "\($0)" } ?? "" } == places)
    #expect(found.allSatisfy { $0.severity == .warning })
  }

  @Test(arguments: [
    ("for every kernel", [policy("a", services("redHat: {}"))], ["redHat the latest (a)"]),
    (
      "for a range, a glob, a release, and a flavour",
      [
        policy(
          "a",
          services(
            "{release: \">=6.1.0-50 <6.2\", redHat: {version: 1-2.el9}}",
            "{release: 6.12.*, redHat: {version: 1-3.el9}}",
            "{release: \(release), flavour: cloud-amd64, suse: {version: 2-2.1}}",
            "{flavour: rt-amd64, canonical: {enabled: true}}"))
      ], ["redHat exactly 1-2.el9 (a)", "suse exactly 2-2.1 (a)"]
    ),
    (
      "the higher priority wins a service",
      [
        policy("a", services("redHat: {version: 1-2.el9}")),
        policy("b", "  priority: 1\n" + services("redHat: {minimumVersion: 1-3.el9}")),
      ], ["redHat at least 1-3.el9 (b)"]
    ),
    (
      "kpatch's directory is the union, won patch by patch",
      [
        policy("a", services("kpatch: {modules: [p, {name: q, state: absent, module: klp_q}]}")),
        policy("b", "  priority: 1\n" + services("kpatch: {modules: [q, r]}")),
        policy(
          "c",
          "  kernels: [{release: \(release), patches: [\(patch("p")), \(patch("q")), \(patch("r"))]}]\n"
        ),
      ], ["kpatch p present (a)", "kpatch q present (b)", "kpatch r present (b)"]
    ),
    (
      "the module of what is to be absent is known from whoever defines it",
      [
        policy("a", services("kpatch: {modules: [{name: p, state: absent}]}")),
        policy(
          "c", "  kernels: [{release: \(release), patches: [\(patch("p", module: "klp_p"))]}]\n"),
      ], ["kpatch p absent [\"klp_p\"] (a)"]
    ),
  ])
  func `are wanted`(name: String, sources: [SourceText], expected: [String]) throws {
    #expect(try wanted(sources) == expected)
    #expect(try wanted(sources.reversed()) == expected)
  }

  @Test func `of one priority must agree, and both places are told`() {
    let sources = [
      policy("a", services("redHat: {version: 1-2.el9}")),
      policy("b", services("{release: 6.1.*, redHat: {version: 1-3.el9, plugin: auto}}")),
      policy("c", services("{release: 6.12.*, redHat: {version: 1-4.el9}}")),
      policy("d", services("kpatch: {modules: [{name: p, state: absent, module: klp_p}]}")),
      policy("e", services("kpatch: {modules: [{name: p, state: absent, module: klp_q}]}")),
      policy("f", services("{flavour: rt-amd64, suse: {version: 1-1}}")),
      policy("g", services("{flavour: default, suse: {version: 1-2}}")),
    ]
    let found = PolicySet.check(sources).diagnostics
    #expect(found.filter { $0.severity == .error }.count == 3)
    for diagnostic in found {
      #expect(diagnostic.code == .conflictingDefinitions)
      #expect(diagnostic.location != nil && diagnostic.notes.first?.location != nil)
    }
    #expect(
      found.contains {
        $0.message == "the service `redHat` has two definitions of priority 0, which differ in "
          + "`version` and `plugin`"
      })
  }

  @Test func `without patches their policy does not speak of the whole host`() throws {
    let sources = [
      policy("a", services("redHat: {}") + "  safety: {transition: {deadline: 90s}}\n"),
      policy("c", "  kernels: [{release: \(release), patches: [\(patch("p"))]}]\n"),
    ]
    let policies = try #require(PolicySet.check(sources).policies)
    let desired = try #require(policies.desired(on: release).desired)
    #expect(desired.patches.first?.constraints.policies.count == 1)
    #expect(desired.services.first?.constraints.deadline == .seconds(90))
  }

  @Test(arguments: [
    (
      "one kind in an entry",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        services:
          - {redHat: {}, suse: {}}
      #                        ^ conflicting-keys
          - release: 6.1.*
      #     ^ missing-key
      """
    ),
    (
      "kpatch's directory gets what policies want",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        services:
          - kpatch:
              modules:
                - a
      #           ^ unknown-patch
                - {name: b, state: absent}
      #           ^ missing-key
                - {name: c, state: absent, module: klp_c}
                - c
      #           ^ duplicate-patch
      #           ^ unknown-patch
      """
    ),
    (
      "the client's settings are ones that it takes",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        services:
          - canonical:
              token: {file: /etc/klpolicy/token}
      #                     ^ conflicting-keys
              cutoffDate: 2999-01-01T00:00:00Z
      #                   ^ invalid-value
              checkInterval: 5m
      #                      ^ invalid-value
              server: http://example.org
      #               ^ invalid-value
      ---
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: proxied}
      spec:
        services:
          - canonical:
              server: https://somebody:word@example.org/v1
      #               ^ invalid-value
      """
    ),
    (
      "a version is that of a package",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        services:
          - redHat: {version: latest}
      #                       ^ invalid-value
          - suse: {version: 1-2, minimumVersion: 1-1}
      #                                          ^ conflicting-keys
      """
    ),
  ])
  func `are checked`(name: String, text: String) {
    let marked = Marked(text)
    #expect(marked.actual == marked.expected)
  }
}
