import Documents
import Rendering
import Testing

extension Explanation {
  /// An explanation with something of everything.
  fileprivate static let full: Explanation = {
    let time = Timestamp(secondsSinceEpoch: 1_795_454_791)
    return Explanation(
      at: time, toolVersion: "1", patch: "cve-1", host: Plan.empty.host,
      outcome: Outcome(
        .deferred, reason: .waveNotReached,
        message: "this host is in wave 2 of 3", until: time,
        earliest: Timestamp(secondsSinceEpoch: time.secondsSinceEpoch + 60),
        deferred: [
          Withheld(
            patch: "cve-1", module: "klp_a", reason: .waveNotReached,
            message:
              "this host is in wave 2 of 3 of policy web, up to fifty per cent of all hosts, "
              + "and that wave opens later", source: "d/web.yaml:9:11", until: time,
            openCVEs: ["CVE-2026-1"])
        ], warnings: [Warning(code: "unverified", message: "nobody knows")]),
      findings: [
        Finding(
          .policies, "web", .yes, "is for every host", policy: "web", source: "d/web.yaml:3:18",
          excerpt: "metadata: {name: web}"),
        Finding(
          .policies, "release 6.12", .no, "the kernel is not 6.12", policy: "web",
          source: "d/web.yaml:8:16", excerpt: "- release: 6.12"),
        Finding(.definition, "requires cve-2", .blocks, "it is blocked itself"),
        Finding(.builds, "version 2 (klp_a)", .waits, "opens later", until: time),
        Finding(.constraints, "cutoff", .note, "2026-12-01", policy: "web\u{1B}[31m"),
        Finding(.host, "journal", .unknown, "it could not be read"),
      ])
  }()
}

@Suite struct `An explanation for a person` {
  @Test func `what it comes to and until when, then every decision with its place`() {
    #expect(
      text(of: Explanation.full, Style(isColoured: false)) == """
        cve-1 on web-1, kernel 6.1.0-56-amd64: deferred until 2026-11-23T17:26:31Z
          wave-not-reached: this host is in wave 2 of 3 of policy web, up to fifty per cent of all hosts,
          and that wave opens later
          leaves open: CVE-2026-1
          warning: nobody knows
          builds, windows and freezes together let it be done from 2026-11-23T17:27:31Z on, at the earliest

        1. Policies: which of them are for this host and its kernel
          yes      web: is for every host
                   d/web.yaml:3:18  metadata: {name: web}
          no       release 6.12 (web): the kernel is not 6.12
                   d/web.yaml:8:16  - release: 6.12

        2. Definition: what the patch is
          blocks   requires cve-2: it is blocked itself

        3. Builds: which of them is admitted on this kernel, the highest version first
          waits    version 2 (klp_a): opens later

        4. Constraints: what a change has to keep to
          note     cutoff (web\\u{1b}[31m): 2026-12-01

        5. Host: what is in memory of it
          unknown  journal: it could not be read

        """)
  }

  @Test func `steps are listed with the line that asks for them`() {
    var explanation = Explanation.full
    explanation.findings = []
    explanation.outcome = Explanation.Outcome(
      .pending, reason: .notLoaded, message: "the plan loads klp_a",
      steps: [Plan.step(1, 1, .load, "klp_a", patch: "cve-1", source: "d/web.yaml:9:11")])
    #expect(
      text(of: explanation, Style(isColoured: false)) == """
        cve-1 on web-1, kernel 6.1.0-56-amd64: changes are pending
          not-loaded: the plan loads klp_a
          1. load klp_a  d/web.yaml:9:11

        """)
  }

  @Test(arguments: [
    (Explanation.Outcome.Result.asWanted, "\u{1B}[32mas wanted\u{1B}[0m"),
    (.pending, "\u{1B}[33mchanges are pending\u{1B}[0m"),
    (.deferred, "\u{1B}[33mdeferred\u{1B}[0m"),
    (.blocked, "\u{1B}[31mblocked\u{1B}[0m"),
    (.satisfied, "\u{1B}[32mnothing is needed\u{1B}[0m"),
    (.notWanted, "\u{1B}[2mnot wanted here\u{1B}[0m"),
  ])
  func `colours say the same as the words`(result: Explanation.Outcome.Result, shown: String) {
    var explanation = Explanation.full
    explanation.outcome = Explanation.Outcome(result, message: "m")
    let lines = text(of: explanation, Style(isColoured: true)).split(separator: "\n")
    #expect(lines.first?.hasSuffix(": " + shown) == true)
    #expect(
      lines.contains { $0.hasPrefix("  \u{1B}[32myes\u{1B}[0m      \u{1B}[1mweb\u{1B}[0m: is for") }
    )
  }
}
