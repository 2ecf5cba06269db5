import Documents
import Files
import Glibc
import JSONText
import Rendering
import Shapes
import SystemPackage
import Testing

@Suite("Metrics of a host")
struct MetricsTests {
  private func metrics(
    _ status: Status = .full, _ plan: Plan? = nil, sound: Bool? = nil
  ) -> [Substring] {
    prometheusText(of: status, plan: plan, arePoliciesSound: sound, toolVersion: "9").split(
      separator: "\n")
  }

  @Test("say which patches are in memory and what they fix")
  func patches() {
    let lines = metrics()
    #expect(
      lines.contains(
        """
        klpolicy_patch_info{module="klp_a",state="applied",\
        build_id="20c3a3c8f144faecb3eec16c5e1d814f5ecb5989",patch="cve-1",version="2",\
        policy="web",managed="true"} 1
        """))
    #expect(
      lines.contains(#"klpolicy_vulnerability_fixed{cve="CVE-2026-2",module="klp_a"} 1"#))
  }

  @Test("say who holds up a transition")
  func transition() {
    let lines = metrics()
    #expect(lines.contains("klpolicy_transition_running 1"))
    #expect(
      lines.contains(
        #"klpolicy_transition_blocking_tasks{module="klp_b",direction="enabling"} 1"#))
    #expect(!lines.contains { $0.hasPrefix("klpolicy_transition_start_timestamp_seconds") })
  }

  @Test("have no number for what is not known")
  func unknown() {
    var status = Status.full
    status.transition = .unknown
    status.conditions = [
      Condition(kind: .converged, status: .unknown, reason: "NoPolicies", message: "none")
    ]
    let lines = metrics(status)
    for family in [
      "klpolicy_converged", "klpolicy_transition_running", "klpolicy_policies_valid",
      "klpolicy_pending_steps", "klpolicy_kernel_support_end_timestamp_seconds",
    ] {
      #expect(!lines.contains { $0.contains(family) }, "\(family)")
    }
    #expect(lines.contains(#"klpolicy_condition{type="Converged",status="unknown"} 1"#))
    #expect(lines.contains(#"klpolicy_condition{type="Converged",status="true"} 0"#))
  }

  @Test("say why a change waits, until when, and what stays open meanwhile")
  func deferred() {
    var plan = Plan.empty
    plan.deferred = [
      Withheld(
        patch: "cve-1", module: "klp_a", reason: .outsideWindow, message: "shut", source: nil,
        until: Timestamp(secondsSinceEpoch: 500), openCVEs: ["CVE-2026-9"]),
      Withheld(
        patch: "cve-2", module: "klp_b", reason: .outsideWindow, message: "shut", source: nil,
        openCVEs: []),
    ]
    plan.blocked = [
      Withheld(
        patch: nil, module: "klp_c", reason: .pinned, message: "pinned", source: nil, openCVEs: [])
    ]
    let lines = metrics(.full, plan, sound: true)
    #expect(lines.contains(#"klpolicy_deferred_changes{reason="outside-window"} 2"#))
    #expect(lines.contains(#"klpolicy_blocked_changes{reason="pinned"} 1"#))
    #expect(
      lines.contains(
        """
        klpolicy_deferred_until_timestamp_seconds{patch="cve-1",module="klp_a",\
        reason="outside-window"} 500
        """))
    #expect(
      lines.contains(
        """
        klpolicy_vulnerability_open{cve="CVE-2026-9",patch="cve-1",reason="outside-window"} 1
        """))
    #expect(lines.contains(#"klpolicy_pending_steps{action="load"} 0"#))
    #expect(lines.contains("klpolicy_policies_valid 1"))
  }

  @Test("say when holds began and end, and when support does")
  func times() {
    var status = Status.full
    status.holds = .known([
      Hold(
        patch: nil, reason: "audit", until: Timestamp(secondsSinceEpoch: 90), by: "ann",
        since: Timestamp(secondsSinceEpoch: 10))
    ])
    status.supportedUntil = CalendarDate("1970-01-02")
    let lines = metrics(status)
    #expect(lines.contains("klpolicy_holds 1"))
    #expect(lines.contains(#"klpolicy_hold_start_timestamp_seconds{patch="",by="ann"} 10"#))
    #expect(lines.contains(#"klpolicy_hold_end_timestamp_seconds{patch=""} 90"#))
    #expect(lines.contains("klpolicy_kernel_support_end_timestamp_seconds 172800"))
  }

  @Test("say what vendors' services have, and where the kernel does not say the same")
  func services() {
    var status = Status.full
    status.services = Services(
      kpatch: Services.Kpatch(modules: .unknown, isUnitEnabled: .unknown),
      redHat: Services.RedHat(
        packages: .known([
          Services.Package(
            id: Services.PackageID(
              name: "kpatch-patch-5_14", version: "1", release: "2.el9", architecture: "x86_64"),
            kernel: "5.14", modules: [])
        ])))
    status.disagreements = [
      Disagreement(
        kind: .installedNotLoaded, service: "redHat", module: "klp_a", message: "it is not in force"
      )
    ]
    let lines = metrics(status)
    #expect(lines.contains(#"klpolicy_service_observed{service="kpatch"} 0"#))
    #expect(lines.contains(#"klpolicy_service_observed{service="redHat"} 1"#))
    #expect(
      lines.contains(
        #"klpolicy_service_disagreements{service="redHat",kind="installed-not-loaded"} 1"#))
    #expect(
      lines.contains(#"klpolicy_service_disagreements{service="redHat",kind="stale-initrd"} 0"#))
    #expect(
      lines.contains(
        """
        klpolicy_service_package_info{service="redHat",\
        package="kpatch-patch-5_14-1-2.el9.x86_64",kernel="5.14"} 1
        """))
  }

  @Test("keep to their line, whatever a name holds")
  func escaping() {
    var status = Status.full
    status.patches[0].patch = "a\"b\\c\nd\u{1b}e"
    let line = metrics(status).first { $0.contains(#"module="klp_a""#) }
    #expect(line?.contains(#"patch="a\"b\\c\nd e","#) == true)
  }
}

@Suite("OpenVEX of a host")
struct OpenVEXTests {
  @Test("states what applied patches fix, of the kernel's package, in this boot")
  func statements() {
    var status = Status.full
    status.host.hostname = "web-1"
    let text = String(
      decoding: JSONWriter.bytes(
        of: OpenVEX(
          status, products: ["pkg:deb/debian/linux-image-1@2"], author: "ops", toolVersion: "9"),
        .indented), as: UTF8.self)
    #expect(text.contains(#""@context": "https://openvex.dev/ns/v0.2.0""#))
    #expect(text.contains(#""author": "ops""#))
    #expect(text.contains(#""name": "CVE-2026-1""#))
    #expect(text.contains(#""name": "CVE-2026-2""#))
    #expect(text.contains(#""@id": "pkg:deb/debian/linux-image-1@2""#))
    #expect(text.contains("fixed in memory by the live patch klp_a, applied on web-1"))
    #expect(text.split(separator: "\n").count { $0.contains(#""status": "fixed""#) } == 2)
  }

  @Test("for a person has a line for each vulnerability, or says that nothing is fixed")
  func forPeople() {
    func lines(_ status: Status) -> [String] {
      text(
        of: OpenVEX(status, products: ["pkg:deb/a"], author: "a", toolVersion: "9"),
        Style(isColoured: false)
      ).split(separator: "\n").map(String.init)
    }
    var status = Status.full
    status.host.hostname = "web-1"
    let heading = [
      "Fixed in memory on web-1, kernel \(status.host.kernel.release)", "  pkg:deb/a",
    ]
    #expect(lines(status) == heading + ["  CVE-2026-1 by klp_a", "  CVE-2026-2 by klp_a"])
    status.patches = []
    #expect(lines(status) == heading + ["Nothing."])
  }

  @Test("has one identifier as long as it says the same, and another when a patch is gone")
  func identifier() {
    func identifier(_ status: Status) -> String? {
      let vex = OpenVEX(status, products: ["p"], author: "a", toolVersion: "9")
      return String(decoding: JSONWriter.bytes(of: vex, .indented), as: UTF8.self)
        .split(separator: "\n").first { $0.contains(#""@id": "urn:"#) }.map(String.init)
    }
    var later = Status.full
    later.at = Timestamp(secondsSinceEpoch: 99)
    var gone = later
    gone.patches.removeFirst()
    #expect(identifier(.full) != nil)
    #expect(identifier(later) == identifier(.full))
    #expect(identifier(gone) != identifier(later))
  }
}

@Suite("All metrics")
struct AllMetricsTests {
  /// Tests/check-monitoring holds the same text against Prometheus' own judge;
  /// `UPDATE_GOLDEN=1 swift test --filter RenderingTests` writes it anew: read the difference.
  @Test("of a host in the middle of things")
  func golden() throws {
    var status = Status.full
    status.host.hostname = "web-1"
    status.conditions.append(
      Condition(kind: .converged, status: .no, reason: "Frozen", message: "it waits"))
    status.holds = .known([
      Hold(
        patch: "cve-1", reason: "audit", until: Timestamp(secondsSinceEpoch: 90), by: "ann",
        since: Timestamp(secondsSinceEpoch: 10))
    ])
    status.supportedUntil = CalendarDate("2027-06-30")
    status.transition = .known(
      TransitionStatus(
        transition: LiveTransition(module: "klp_b", direction: .enabling),
        since: .known(Timestamp(secondsSinceEpoch: 7)), blockers: [.test]))
    var agent = AgentStatus()
    agent.url = "ssh://git@git.example.org/policies.git"
    agent.branch = "main"
    agent.commit = "0123456789abcdef0123456789abcdef01234567"
    agent.committedAt = Timestamp(secondsSinceEpoch: 100)
    agent.acceptedAt = Timestamp(secondsSinceEpoch: 200)
    agent.syncedAt = Timestamp(secondsSinceEpoch: 300)
    agent.syncError = "it could not be fetched"
    agent.ranAt = Timestamp(secondsSinceEpoch: 400)
    agent.succeededAt = Timestamp(secondsSinceEpoch: 350)
    agent.running = true
    status.agent = agent
    var plan = Plan.empty
    plan.deferred = [
      Withheld(
        patch: "cve-1", module: "klp_a", reason: .frozen, message: "frozen", source: nil,
        until: Timestamp(secondsSinceEpoch: 500), openCVEs: ["CVE-2026-9"])
    ]
    plan.blocked = [
      Withheld(
        patch: nil, module: "klp_c", reason: .pinned, message: "pinned", source: nil, openCVEs: [])
    ]
    let text = prometheusText(
      of: status, plan: plan, arePoliciesSound: true, toolVersion: "0.1.0")
    let file = FilePath(#filePath).removingLastComponent().appending("Golden/status.prom")
    if unsafe getenv("UPDATE_GOLDEN") != nil {
      try writeDurably(Array(text.utf8), to: file)
    }
    let golden = try readTrusted(file, trust: .unchecked, limit: 1 << 20)
    #expect(text == String(decoding: golden, as: UTF8.self))
  }
}
