internal import SystemPackage

import Diagnostics
import Documents
import Nodes
import PolicyModel
import Testing

private let release = "6.1.0-56-cloud-amd64"

/// A PatchSet of one patch `p`, with these builds, and what else is said of it.
private func catalogue(_ builds: [String], _ more: String = "") -> SourceText {
  let lines = builds.map { build in
    "        - {release: \(release), file: m.ko, sha256: \(digest("a")), \(build)}\n"
  }
  let text = """
    apiVersion: klpolicy/v1
    kind: PatchSet
    metadata: {name: set}
    spec:
      patches:
        - name: p
    \(more.isEmpty ? "" : "      \(more)\n")      builds:

    """ + lines.joined()
  return SourceText(path: "set.yaml", fileIndex: 9, bytes: Array(text.utf8))
}

private func wanting(_ entry: String, _ spec: String = "") -> SourceText {
  policy("web", spec + "  kernels:\n    - {release: \(release), patches: [\(entry)]}\n")
}

/// What each build of `p` comes to, the highest version first: `2 admitted`, `1 withdrawn`.
private func verdicts(
  _ sources: [SourceText], on host: Host = .test(), at time: Timestamp = testTime
) throws -> [String] {
  let (set, diagnostics) = PolicySet.check(sources)
  let policies = try #require(set, "\(diagnostics)")
  let desired = try #require(policies.desired(on: host, at: time).desired)
  let patch = try #require(desired.patches.first)
  guard case .applied(let choices) = patch.wanted else { return ["\(patch.wanted)"] }
  return choices.map { choice in
    let version = choice.build.version ?? "-"
    return switch choice.admission {
    case .admitted: "\(version) admitted"
    case .refused(let refusal):
      "\(version) \(refusal.reason.rawValue)" + (refusal.until.map { " until \($0)" } ?? "")
    }
  }
}

@Suite struct `Which builds are admitted` {
  @Test func `all, in the order of their versions and not of the file`() throws {
    let set = catalogue(
      ["9", "10", "1.2", "2~rc1", "2"].map { "module: m\($0.count), version: \"\($0)\"" })
    #expect(
      try verdicts([set, wanting("p")])
        == ["10 admitted", "9 admitted", "2 admitted", "2~rc1 admitted", "1.2 admitted"])
  }

  @Test func `those of the versions that the policy asks for`() throws {
    let set = catalogue(["1", "2", "3"].map { "module: m\($0), version: \"\($0)\"" })
    #expect(
      try verdicts([set, wanting("{name: p, version: \"<3\"}")])
        == ["3 no-build-for-kernel", "2 admitted", "1 admitted"])
    #expect(
      try verdicts([set, wanting("{name: p, version: \"1\"}")])
        == ["3 no-build-for-kernel", "2 no-build-for-kernel", "1 admitted"])
  }

  @Test func `none that was withdrawn`() throws {
    let set = catalogue([
      "module: m1, version: \"1\"", "module: m2, version: \"2\", withdrawn: true",
    ])
    #expect(try verdicts([set, wanting("p")]) == ["2 withdrawn", "1 admitted"])
  }

  @Test func `none that was withdrawn, though a policy defines it in place`() throws {
    let set = catalogue(["module: m1, version: \"1\", withdrawn: true"])
    let build = "module: m1, file: m.ko, sha256: \(digest("a")), version: \"1\""
    #expect(try verdicts([set, wanting("{name: p, \(build)}")]) == ["1 withdrawn"])
    #expect(try verdicts([set, wanting("{name: another, \(build)}")]) == ["1 withdrawn"])
  }

  @Test func `what was withdrawn is known, though no policy names its patch`() throws {
    let set = catalogue([
      "module: m1, version: \"1\", withdrawn: true", "module: m2, version: \"2\"",
    ])
    let policies = try #require(
      PolicySet.check([set, wanting("{name: q, state: absent}")]).policies)
    let desired = try #require(policies.desired(on: .test(), at: testTime).desired)
    #expect(desired.withdrawals.map(\.module) == ["m1"])
    #expect(desired.withdrawals.first?.withdrawnAt?.path == "set.yaml")
    let elsewhere = try #require(
      policies.desired(on: .test("6.1.0-57-cloud-amd64"), at: testTime).desired)
    #expect(elsewhere.withdrawals.isEmpty)
  }

  @Test func `none for another build of the kernel, and none while that is not known`() throws {
    let set = catalogue(["module: m1, version: \"1\", kernelBuildID: cd"])
    #expect(try verdicts([set, wanting("p")]) == ["1 admitted"])
    #expect(
      try verdicts([set, wanting("p")], on: .test(kernelBuildID: .known("ef")))
        == ["1 other-kernel-build"])
    #expect(
      try verdicts([set, wanting("p")], on: .test(kernelBuildID: .unknown)) == ["1 unverified"])
  }

  @Test func `none that was released after the cutoff; the earliest of all policies counts`() throws
  {
    let set = catalogue([
      "module: m1, version: \"1\", released: 2026-11-15",
      "module: m2, version: \"2\", released: 2026-11-16",
    ])
    let later = policy(
      "later",
      "  priority: 9\n  cutoff: 2026-12-01\n  kernels: [{release: \(release), patches: [p]}]\n")
    #expect(
      try verdicts([set, later, wanting("p", "  cutoff: 2026-11-15\n")])
        == ["2 after-cutoff", "1 admitted"])
  }

  @Test func `none that is too young; the longest age of all policies counts`() throws {
    let set = catalogue(["module: m1, version: \"1\", released: 2026-11-24"])
    let longer = policy("whole-host", "  minimumAge: 48h\n")
    let sources = [set, longer, wanting("p", "  minimumAge: 24h\n")]
    #expect(try verdicts(sources) == ["1 too-young until 2026-11-26T00:00:00Z"])
    let then = Timestamp(secondsSinceEpoch: 1_795_651_200)  // 2026-11-26T00:00:00Z
    #expect(try verdicts(sources, at: then) == ["1 admitted"])
  }

  @Test func `a kernel that has the fix needs none`() throws {
    let set = catalogue(["module: m1, version: \"1\""], "fixedIn: \">=6.1.0-56\"")
    let (policies, _) = PolicySet.check([set, wanting("p")])
    let desired = try #require(policies?.desired(on: .test(), at: testTime).desired)
    guard case .fixedByKernel(let message) = desired.patches[0].wanted else {
      Issue.record("\(desired.patches[0].wanted)")
      return
    }
    #expect(message.contains("set.yaml:"))
  }
}

@Suite struct `Rollouts` {
  private let rollout = """
      rollout:
        from: 2026-11-25T08:00:00Z
        waves: [{percent: 5}, {percent: 50, after: 24h}, {percent: 100, after: 72h}]

    """

  private func build(_ version: String) -> BuildDefinition {
    BuildDefinition(
      module: "m", origin: .file("m.ko"), sha256: "", replace: false, version: version,
      source: Location(path: "set.yaml"))
  }

  private func bucket(_ machine: String, _ version: String = "1", salt: String = "") -> Int {
    RolloutPlace.bucket(salt: salt, patch: "p", version: version, machineID: machine)
  }

  /// `printf '\0p\0001\0ab' | sha256sum`, its first 16 digits modulo 10000.
  @Test func `the bucket is the one that any tool computes`() {
    #expect(bucket("ab") == 1656)
    #expect(bucket("ab", salt: "s") == 9578)
  }

  @Test func `each wave has its share of 100,000 machines, and those of the wave before`() {
    var shares = [500: 0, 5000: 0, 10_000: 0]
    for machine in 0..<100_000 {
      let bucket = bucket("machine-\(machine)")
      for share in shares.keys where bucket < share { shares[share, default: 0] += 1 }
    }
    // Six standard deviations of a binomial distribution.
    #expect(abs(shares[500, default: 0] - 5_000) < 6 * 69)
    #expect(abs(shares[5000, default: 0] - 50_000) < 6 * 159)
    #expect(shares[10_000] == 100_000)
  }

  @Test func `another version or salt draws anew`() {
    let machines = (0..<2_000).map { "machine-\($0)" }
    let first = machines.filter { bucket($0) < 500 }
    let second = machines.filter { bucket($0, "2") < 500 }
    let salted = machines.filter { bucket($0, salt: "x") < 500 }
    #expect(Set(first).intersection(second).count < first.count / 2)
    #expect(Set(first).intersection(salted).count < first.count / 2)
  }

  @Test func `a wave opens after its time, from the later of the beginning and the release`() throws
  {
    let set = catalogue(["module: m1, version: \"1\", released: 2026-11-20"])
    let later = catalogue(["module: m1, version: \"1\", released: 2026-11-26"])
    let machine = try #require((0..<1000).map { "m\($0)" }.first { (500..<5000) ~= bucket($0) })
    let host = Host.test(machineID: .known(machine))
    #expect(
      try verdicts([set, wanting("p", rollout)], on: host)
        == ["1 wave-not-reached until 2026-11-26T08:00:00Z"])
    #expect(
      try verdicts([later, wanting("p", rollout)], on: host)
        == ["1 wave-not-reached until 2026-11-27T00:00:00Z"])
    let first = try #require((0..<1000).map { "m\($0)" }.first { bucket($0) < 500 })
    #expect(
      try verdicts([set, wanting("p", rollout)], on: .test(machineID: .known(first)))
        == ["1 admitted"])
  }

  @Test func `nobody new is admitted while it is paused, and the latest wave of all counts`() throws
  {
    let set = catalogue(["module: m1, version: \"1\", released: 2026-11-01"])
    let paused = """
        rollout:
          from: 2026-11-01T00:00:00Z
          paused: true
          waves: [{percent: 100}]

      """
    #expect(try verdicts([set, wanting("p", paused)]) == ["1 rollout-paused"])
    let whole = policy(
      "whole",
      "  rollout: {from: 2026-12-01T00:00:00Z, waves: [{percent: 100}]}\n")
    let open = "  rollout: {from: 2026-11-01T00:00:00Z, waves: [{percent: 100}]}\n"
    #expect(
      try verdicts([set, whole, wanting("p", open)])
        == ["1 wave-not-reached until 2026-12-01T00:00:00Z"])
  }

  @Test func `what is too young and has no wave yet waits for the later of both`() throws {
    let set = catalogue(["module: m1, version: \"1\", released: 2026-11-25"])
    let both =
      "  minimumAge: 2d\n  rollout: {from: 2026-12-01T00:00:00Z, waves: [{percent: 100}]}\n"
    #expect(
      try verdicts([set, wanting("p", both)]) == ["1 too-young until 2026-12-01T00:00:00Z"])
  }

  @Test func `a host whose machine ID is not known is in no wave`() throws {
    let set = catalogue(["module: m1, version: \"1\", released: 2026-11-01"])
    #expect(
      try verdicts([set, wanting("p", rollout)], on: .test(machineID: .unknown)) == ["1 unverified"]
    )
  }
}
