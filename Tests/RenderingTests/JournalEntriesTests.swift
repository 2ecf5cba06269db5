internal import Diagnostics
internal import Documents
internal import Rendering
internal import SystemJournal
internal import Testing

@Suite struct JournalEntriesTests {
  private let entries = journalEntries(of: .full)

  private func value(_ name: String, _ entry: JournalEntry) -> String? {
    entry.fields.first { $0.name == name }?.value
  }

  @Test("each step, error and blocker has an entry, and the end of the run is the last one")
  func one() {
    #expect(entries.count == 3 + 2 + 1 + 1)
    #expect(entries.allSatisfy { value("KLPOLICY_RUN", $0) == "r1" })
    #expect(entries.last?.message == "restored: klp_a was taken off again")
    #expect(entries.last?.priority == .error)
  }

  @Test("what became of a patch is found by its name, with module, step and reason")
  func patch() {
    let failed = entries.filter { value("KLPOLICY_STATUS", $0) == "failed" }
    #expect(failed.count == 1)
    #expect(failed.first?.priority == .error)
    #expect(failed.first.flatMap { value("KLPOLICY_PATCH", $0) } == "cve-1")
    #expect(failed.first.flatMap { value("KLPOLICY_MODULE", $0) } == "klp_a")
    #expect(failed.first.flatMap { value("KLPOLICY_STEP", $0) } == "await")
    #expect(failed.first.flatMap { value("KLPOLICY_REASON", $0) } == "not-loaded")
  }

  @Test("an error has the step that it is of, and the errno where a system call failed")
  func error() {
    #expect(value("KLPOLICY_PATCH", entries[3]) == "cve-1")
    #expect(value("KLPOLICY_ERRNO", entries[4]) == "ENOSPC")
    #expect(value("KLPOLICY_PATCH", entries[4]) == nil)
  }

  @Test(
    "a package is told with both versions, a setting with its client, and a service by its name")
  func services() throws {
    func step(_ id: Int, _ action: Step.Action, _ module: String) -> Step {
      var step = Step(
        id: id, group: id, action: action, patch: nil, module: module, kernel: "6.1",
        reason: .newerBuild, source: nil, reversible: true, gap: false)
      step.status = .done
      return step
    }
    var package = step(1, .install, "kpatch-patch-6_1")
    package.service = "redHat"
    package.package = "kpatch-patch-6_1-1-2.el9.x86_64"
    package.replaces = "kpatch-patch-6_1-1-1.el9.x86_64"
    var setting = step(2, .configure, "canonical-livepatch")
    (setting.service, setting.setting) = ("canonical", "patch-delay=2d")
    var report = Report.full
    report.plan.steps = [package, setting]
    var blocked = Withheld(
      patch: nil, module: nil, reason: .failedBefore, message: "it failed", source: nil,
      openCVEs: [])
    blocked.service = "redHat"
    (report.plan.deferred, report.plan.blocked, report.errors) = ([], [blocked], [])
    let entries = journalEntries(of: report)
    #expect(
      entries.prefix(3).map(\.message) == [
        "install kpatch-patch-6_1-1-2.el9.x86_64 in the place of kpatch-patch-6_1-1-1.el9.x86_64: done "
          + "(newer-build)",
        "configure canonical-livepatch patch-delay=2d: done (newer-build)",
        "redHat is blocked, failed-before: it failed",
      ])
    #expect(value("KLPOLICY_PACKAGE", entries[0]) == "kpatch-patch-6_1-1-2.el9.x86_64")
    #expect(value("KLPOLICY_REPLACES", entries[0]) == "kpatch-patch-6_1-1-1.el9.x86_64")
    #expect(value("KLPOLICY_SETTING", entries[1]) == "patch-delay=2d")
    #expect(
      entries.prefix(3).map { value("KLPOLICY_SERVICE", $0) } == ["redHat", "canonical", "redHat"])
  }

  @Test("what keeps a run from beginning is found by its code, its place and the exit status")
  func early() throws {
    let entries = journalEntries(
      of: [
        Diagnostic(
          .outputTestOnly, "`pathces` is no key", at: Location(path: "web.yaml"),
          advice: "write `patches`"),
        Diagnostic(.outputTestOnly, "odd", severity: .warning),
      ], exitStatus: 65)
    #expect(entries.map(\.priority) == [.error, .warning])
    let first = try #require(entries.first)
    #expect(first.message == "web.yaml: `pathces` is no key\n→ write `patches`")
    #expect(value("KLPOLICY_CODE", first) == "output-test-only")
    #expect(value("KLPOLICY_SOURCE", first) == "web.yaml")
    #expect(value("KLPOLICY_EXIT_STATUS", first) == "65")
    #expect(entries.last.flatMap { value("KLPOLICY_SOURCE", $0) } == nil)
  }
}

extension Diagnostic.Code {
  fileprivate static let outputTestOnly = Diagnostic.Code("output-test-only", "It is a test.")
}
