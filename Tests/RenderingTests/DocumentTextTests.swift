import Documents
import Rendering
import Testing

private let plain = Style(isColoured: false)

@Suite struct `Documents for a person` {
  @Test func `a plan with nothing to do`() {
    #expect(
      text(of: Plan.empty, plain) == """
        Plan for web-1, kernel 6.1.0-56-amd64
          policy web (d/web.yaml)

        Converged: nothing to do.

        """)
  }

  @Test func `a plan`() {
    #expect(
      text(of: Plan.full, plain) == """
        Plan for web-1, kernel 6.1.0-56-amd64
          policy web (d/web.yaml)

        Group 1: done whole, or undone whole
          1.  load    klp_a        cve-1: not-loaded                d/web.yaml:9:11
          2.  await   klp_a        cve-1: not-loaded                d/web.yaml:9:11

        Group 2: done whole, or undone whole
          3.  unload  klp_foreign  unwanted, gap, cannot be undone

        Blocked until someone acts
          cve-4, module klp_d: digest-mismatch
            other bytes
            leaves open: CVE-2026-4, CVE-2026-5
            asked for at d/web.yaml:20:11

        Deferred
          module klp_c: transition-in-progress
            it waits
            until 2026-11-23T17:26:31Z

        Not spoken of by these policies
          klp_e          applied        orphaned (policy db)
          klp_of_others  state unknown  foreign
          klp_x          resident       whose it is could not be observed

        Warnings
          unverified: nobody knows

        3 steps (1 load, 1 unload, 1 await), 1 deferred, 1 blocked.

        """)
  }

  @Test func `a plan says which version of a package comes, and which setting of a client`() {
    var plan = Plan.empty
    let name = "kpatch-patch-5_14_0-427"
    plan.steps = [
      Plan.step(1, 1, .install, name, reason: .newerBuild),
      Plan.step(2, 2, .install, name, reason: .notInstalled),
      Plan.step(3, 3, .configure, "canonical-livepatch", reason: .otherSetting),
      Plan.step(4, 4, .install, "klp_a", reason: .notInstalled),
    ]
    plan.steps[0].package = "\(name)-1-2.el9_4.x86_64"
    plan.steps[0].replaces = "\(name)-1-1.el9_4.x86_64"
    plan.steps[1].package = "\(name)-1:1-2.el9_4.x86_64"
    plan.steps[2].setting = "enabled=true"
    plan.steps[3].path = "/var/lib/kpatch/6.1.0-56-amd64/klp_a.ko"
    for (index, service) in ["redHat", "redHat", "canonical", "kpatch"].enumerated() {
      plan.steps[index].service = service
    }
    #expect(
      text(of: plan, plain).split(separator: "\n").filter { $0.contains(".  ") } == [
        "  1.  install    \(name) 1-1.el9_4.x86_64 -> 1-2.el9_4.x86_64  redHat, newer-build",
        "  2.  install    \(name) 1:1-2.el9_4.x86_64                    redHat, not-installed",
        "  3.  configure  canonical-livepatch enabled=true                              canonical, other-setting",
        "  4.  install    /var/lib/kpatch/6.1.0-56-amd64/klp_a.ko                       kpatch, not-installed",
      ])
  }

  @Test func `a plan that can do nothing is not converged`() {
    var plan = Plan.empty
    plan.deferred = Plan.full.deferred
    #expect(text(of: plan, plain).hasSuffix("\nnothing to do now, 1 deferred, 0 blocked.\n"))
  }

  @Test func `a report`() {
    #expect(
      text(of: Report.full, plain) == """
        Reconcile for web-1, kernel 6.1.0-56-amd64
          policy web (d/web.yaml)

        Group 1: done whole, or undone whole
          undone   load   klp_a  cve-1: not-loaded
          failed   await  klp_a  cve-1: not-loaded

        Group 2: done whole, or undone whole
          skipped  load   klp_b  cve-2: not-loaded

        Errors
          step 2, verify: the transition did not complete within 60 s
          undo: no space

        Tasks that hold the transition up
          worker (pid 41, tid 42): it sleeps in a, which klp_a patches
            a+0x1/0x2
            b+0x1
            c+0x1
            d+0x1

        The run was interrupted.

        restored: klp_a was taken off again

        """)
  }

  @Test func `a status`() {
    #expect(
      text(of: Status.full, plain) == """
        web-1, kernel 6.1.0-56-amd64 (build 3b43fad50348)

        klp_a: applied, build 20c3a3c8f144
          managed as cve-1 version 2 for policy web
          patches vmlinux:cmdline_proc_show, vmlinux:version_proc_show
          fixes CVE-2026-1, CVE-2026-2
        klp_b: enabling
          foreign: not loaded by klpolicy
        klp_c: state unknown, build unknown
          whose it is could not be observed

        In transition: klp_b, enabling

        Tasks that hold the transition up
          worker (pid 41, tid 42): it sleeps in a, which klp_a patches
            a+0x1/0x2
            b+0x1
            c+0x1
            d+0x1

        Conditions
          Supported      True     LivePatching  it can
          Transitioning  Unknown  Any           who knows

        Could not be observed
          /sys/x: unreadable, Permission denied

        """)
  }

  @Test func `a status without patches`() {
    var status = Status.full
    status.patches = []
    status.transition = nil
    status.unobserved = []
    #expect(
      text(of: status, plain) == """
        web-1, kernel 6.1.0-56-amd64 (build 3b43fad50348)

        No live patch is in memory.

        Conditions
          Supported      True     LivePatching  it can
          Transitioning  Unknown  Any           who knows

        """)
  }

  @Test func `a transition that could not be observed`() {
    var status = Status.full
    status.transition = .unknown
    #expect(text(of: status, plain).contains("Whether a transition is running could not be obs"))
    status.patches = []
    #expect(text(of: status, plain).contains("Whether live patches are in memory could not be obs"))
    #expect(!text(of: status, plain).contains("No live patch"))
  }

  @Test(arguments: ModuleState.allCases)
  func `every state has its word, coloured or not`(state: ModuleState) {
    var status = Status.full
    status.patches[0].live.state = .known(state)
    #expect(text(of: status, plain).contains("klp_a: \(state.rawValue), build"))
    #expect(text(of: status, Style(isColoured: true)).contains("m\(state.rawValue)\u{1b}[0m"))
  }
}

@Suite struct `Colours` {
  private static let rendered: [@Sendable (Style) -> String] = [
    { text(of: Plan.full, $0) }, { text(of: Report.full, $0) }, { text(of: Status.full, $0) },
    { text(of: .samples, $0) },
  ]

  @Test(arguments: 0..<4)
  func `are nowhere without a wish for them`(index: Int) {
    #expect(!Colours.rendered[index](plain).contains("\u{1b}"))
  }

  @Test(arguments: 0..<4)
  func `change nothing but the colour`(index: Int) {
    let coloured = Colours.rendered[index](Style(isColoured: true))
    #expect(coloured.contains("\u{1b}["))
    #expect(coloured.replacing(/\u{1b}\[[0-9]+m/, with: "") == Colours.rendered[index](plain))
  }

  @Test func `mark what is done, undone and refused`() {
    let plan = text(of: Plan.full, Style(isColoured: true))
    #expect(plan.contains("\u{1b}[32mload\u{1b}[0m"))
    #expect(plan.contains("\u{1b}[31munload\u{1b}[0m"))
    #expect(plan.contains("\u{1b}[31mdigest-mismatch\u{1b}[0m"))
    #expect(plan.contains("\u{1b}[33mtransition-in-progress\u{1b}[0m"))
    let report = text(of: Report.full, Style(isColoured: true))
    #expect(report.contains("\u{1b}[31mfailed\u{1b}[0m"))
    #expect(report.contains("\u{1b}[31mrestored\u{1b}[0m"))
  }
}
