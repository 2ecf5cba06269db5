package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let shortDeadline = Diagnostic.Code(
    "short-deadline", "A transition would be reverted before the kernel itself helps it along.")
}

/// A deadline is long enough for a transition that meets a sleeping task: the kernel wakes those
/// with a signal after about 15 seconds (Documentation/livepatch/livepatch.rst).
struct SoundDeadline: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for deadline in context.policies.compactMap(\.deadline) {
      let duration = deadline.value.duration
      guard duration > .zero, duration < .seconds(20) else { continue }
      findings.append(
        Diagnostic(
          .shortDeadline,
          """
          a deadline of \(duration.shortText) is short: the kernel signals the tasks that \
          block a transition only after about 15 s
          """,
          at: deadline.location, advice: "give it 20s or more", severity: .warning))
    }
  }
}
