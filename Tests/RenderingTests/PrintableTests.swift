import Diagnostics
import Documents
import Rendering
import Testing

/// A character that must not reach a terminal, and how it is shown.
private let harmful: [(raw: String, shown: String)] = [
  ("\u{1b}", #"\u{1b}"#), ("\u{7}", #"\u{7}"#), ("\n", #"\u{a}"#), ("\r", #"\u{d}"#),
  ("\u{8}", #"\u{8}"#), ("\u{7f}", #"\u{7f}"#), ("\u{9b}", #"\u{9b}"#),
  ("\u{202e}", #"\u{202e}"#), ("\u{2066}", #"\u{2066}"#), ("\u{200b}", #"\u{200b}"#),
  ("\u{feff}", #"\u{feff}"#), ("\u{2028}", #"\u{2028}"#), ("\u{2029}", #"\u{2029}"#),
]

@Suite struct `What came from outside is shown, not obeyed` {
  private let plain = Style(isColoured: false)

  /// The same text wherever a document takes one from outside.
  private func plan(_ name: String) -> Plan {
    var plan = Plan.full
    plan.host.hostname = name
    plan.host.kernelRelease = name
    plan.policies = [PolicyReference(name: name, path: name, sha256: "")]
    plan.steps = [Plan.step(1, 1, .load, name, patch: name, source: name)]
    plan.blocked = [
      Withheld(
        patch: name, module: name, reason: .pinned, message: name, source: name,
        openCVEs: [name])
    ]
    plan.deferred = plan.blocked
    plan.unmanaged = [
      UnmanagedPatch(
        module: name, state: .unknown, buildID: nil, ownership: .known(.orphaned), policy: name)
    ]
    plan.warnings = [Warning(code: "x", message: name)]
    return plan
  }

  private func status(_ name: String) -> Status {
    var status = Status.full
    status.host.hostname = name
    status.host.kernel.release = name
    status.patches[0].live.module = name
    status.patches[0].live.objects[0].name = name
    status.patches[0].live.objects[0].functions[0].name = name
    status.patches[0].patch = name
    status.patches[0].version = name
    status.patches[0].policy = name
    status.patches[0].fixes = [name]
    status.transition = .known(
      TransitionStatus(
        transition: LiveTransition(module: name, direction: .enabling), since: .unknown,
        blockers: [Blocker(pid: 1, tid: 1, command: name, stack: [name])]))
    status.conditions[0].message = name
    status.unobserved = [Unobserved(path: name, problem: .malformed, message: name)]
    return status
  }

  private func report(_ name: String) -> Report {
    var report = Report.full
    report.plan = plan(name)
    report.errors[0].message = name
    report.blockers = [Blocker(pid: 1, tid: 1, command: name, stack: [name])]
    return report
  }

  private func diagnostics(_ name: String) -> [Diagnostic] {
    [
      Diagnostic(
        Diagnostic.Code("x", "It is wrong."), name, at: Location(path: name), advice: name,
        notes: [Diagnostic.Note(name, at: Location(path: name))])
    ]
  }

  @Test(arguments: harmful)
  func `as an escape, everywhere`(character: (raw: String, shown: String)) {
    let name = "a\(character.raw)b"
    let texts = [
      text(of: plan(name), plain), text(of: status(name), plain), text(of: report(name), plain),
      text(of: diagnostics(name), plain),
    ]
    for text in texts {
      #expect(text.contains("a\(character.shown)b"))
      // Line feeds of its own are all that is left.
      let isInert = !text.unicodeScalars.contains { scalar in
        scalar != "\n" && character.raw.unicodeScalars.contains(scalar)
      }
      #expect(isInert, "\(text.debugDescription)")
    }
  }

  @Test(arguments: harmful)
  func `in the sentence that ends a report`(character: (raw: String, shown: String)) {
    var report = Report.full
    report.message = "a\(character.raw)b"
    let isShown = text(of: report, plain).contains("restored: a\(character.shown)b\n")
    #expect(isShown)
  }

  @Test(arguments: ["é", "日本", "🔧", "a\tb", "\\u{1b}"])
  func `other characters stay as they are`(name: String) {
    #expect(text(of: plan(name), plain).contains("Plan for \(name), kernel"))
  }

  @Test func `columns stay in line`() {
    var plan = Plan.empty
    plan.steps = [Plan.step(1, 1, .load, "a\u{1b}b"), Plan.step(2, 1, .await, "klp_long_name")]
    #expect(
      text(of: plan, plain).contains(
        #"""
          1.  load   a\u{1b}b       not-loaded
          2.  await  klp_long_name  not-loaded
        """#))
  }
}
