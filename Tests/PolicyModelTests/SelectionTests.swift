import Documents
import PolicyModel
import Testing

/// The policies that select a host, of one that has this `hosts`.
private func selected(_ hosts: String, _ host: Host) throws -> [String] {
  try selecting(hosts, host).policies.map(\.name)
}

private func selecting(_ hosts: String, _ host: Host) throws -> DesiredSet {
  let source = policy("p", "  hosts: \(hosts)\n  unmanaged: report\n")
  let (set, diagnostics) = PolicySet.check([source])
  let policies = try #require(set, "\(diagnostics)")
  return try #require(policies.desired(on: host, at: testTime).desired)
}

@Suite struct `Which hosts a policy is for` {
  @Test(arguments: [
    ("{hostname: [web-1]}", true),
    ("{hostname: [web-10]}", false),
    ("{hostname: [\"web-*\"]}", true),
    ("{hostname: [\"db-*\", \"web-?\"]}", true),
    ("{hostname: [\"web-*\", \"!web-1\"]}", false),
    ("{hostname: [\"!web-1\", \"web-*\"]}", false),
    ("{hostname: [\"!db-*\"]}", true),
    ("{hostname: [\"!web-*\"]}", false),
    ("{labels: {tier: web}}", true),
    ("{labels: {tier: web, environment: production}}", true),
    ("{labels: {tier: web, environment: staging}}", false),
    ("{labels: {other: web}}", false),
    ("{distribution: {id: debian}}", true),
    ("{distribution: {id: ubuntu}}", false),
    ("{distribution: {id: debian, version: \">=12\"}}", true),
    ("{distribution: {id: debian, version: \">=12 <13\"}}", true),
    ("{distribution: {id: debian, version: \">12\"}}", false),
    ("{distribution: {id: debian, version: \"12\"}}", true),
    ("{distribution: {id: debian, version: \"1\"}}", false),
    ("{architecture: [x86_64]}", true),
    ("{architecture: [aarch64, s390x]}", false),
    ("{hostname: [\"web-*\"], labels: {tier: db}}", false),
    ("{}", true),
  ])
  func `all that it says must be true`(hosts: String, isFor: Bool) throws {
    let host = Host.test(labels: .known(["tier": "web", "environment": "production"]))
    #expect(try selected(hosts, host) == (isFor ? ["p"] : []))
  }

  @Test func `a host without os-release is of no distribution`() throws {
    #expect(try selected("{distribution: {id: debian}}", .test(distribution: nil)) == [])
  }

  @Test func `facts that could not be read decide nothing`() throws {
    let labels = try selecting("{labels: {tier: web}}", .test(labels: .unknown))
    #expect(labels.policies.isEmpty)
    #expect(labels.undecided.count == 1 && labels.undecided[0].contains("policy p"))
    let distribution = try selecting("{distribution: {id: debian}}", .test(distribution: .unknown))
    #expect(distribution.undecided.count == 1)
    // What is known to be otherwise is enough.
    let other = try selecting(
      "{hostname: [db], labels: {tier: web}}", .test(labels: .unknown))
    #expect(other.undecided == [])
  }

  @Test(
    arguments: [
      .known([:]), .known(["tier": "web"]), .known(["tier": "db", "ring": "1"]),
      .known(["tier": "web", "ring": "2", "environment": "production"]), .unknown,
    ] as [Fact<[String: String]>])
  func `among many policies the same ones are for a host as each by itself`(
    labels: Fact<[String: String]>
  ) throws {
    let selectors = [
      "{}", "{labels: {tier: web}}", "{labels: {tier: db}}", "{labels: {tier: web, ring: \"2\"}}",
      "{labels: {tier: web, ring: \"1\"}}", "{labels: {ring: \"1\", tier: db}}",
      "{labels: {environment: production}}", "{hostname: [\"web-*\"], labels: {tier: web}}",
      "{hostname: [\"!web-*\"], labels: {tier: web}}", "{labels: {tier: \"\"}}",
    ]
    let host = Host.test(labels: labels)
    let alone = try selectors.map { try selecting($0, host) }
    let all = selectors.enumerated().map { index, hosts in
      policy("p\(index)", "  hosts: \(hosts)\n  unmanaged: report\n")
    }
    let (set, diagnostics) = PolicySet.check(all)
    let policies = try #require(set, "\(diagnostics)")
    let together = try #require(policies.desired(on: host, at: testTime).desired)
    let expected = alone.indices.filter { alone[$0].policies.map(\.name) == ["p"] }.map { "p\($0)" }
    #expect(together.policies.map(\.name) == expected)
    #expect(together.undecided.count == alone.map(\.undecided.count).reduce(0, +))
  }
}

@Suite struct `Which kernels a rule is for` {
  private func names(_ rule: String, _ host: Host) throws -> [String] {
    let source = policy(
      "p", "  kernels:\n    - {\(rule), patches: [{name: x, state: absent}]}\n")
    let (set, diagnostics) = PolicySet.check([source])
    let policies = try #require(set, "\(diagnostics)")
    return try #require(policies.desired(on: host, at: testTime).desired).patches.map(\.name)
  }

  @Test(arguments: [
    ("release: 6.1.0-56-cloud-amd64", true),
    ("release: 6.1.0-56", false),
    ("release: \"6.1.0-*\"", true),
    ("release: \">=6.1.0-50 <6.2\"", true),
    ("release: \">=6.1.0-57\"", false),
    ("release: \">=6.1\", flavour: cloud-amd64", true),
    ("release: \">=6.1\", flavour: amd64", false),
    ("release: \"*\", version: 6.1.176-1", true),
    ("release: \"*\", version: 6.1.176-2", false),
  ])
  func `release, flavour and package build`(rule: String, isFor: Bool) throws {
    let host = Host.test(version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-11-02)")
    #expect(try names(rule, host) == (isFor ? ["x"] : []))
  }

  @Test func `kernels whose support has ended are warned of`() throws {
    for (day, isOver) in [("2026-11-24", true), ("2026-11-25", false)] {
      let source = policy(
        "p",
        "  kernels:\n    - {release: \"6.1.*\", supportUntil: \(day), patches: []}\n")
      let set = try #require(PolicySet.check([source]).policies)
      let desired = try #require(set.desired(on: .test(), at: testTime).desired)
      #expect(desired.warnings.map(\.code) == (isOver ? ["support-ended"] : []))
    }
  }
}
