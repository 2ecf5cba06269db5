package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let wavesNotGrowing = Diagnostic.Code(
    "waves-not-growing", "Waves that do not grow.")
  package static let incompleteRollout = Diagnostic.Code(
    "incomplete-rollout", "Waves that leave hosts out for ever.")
}

/// The waves of a rollout grow, one after the other, until they reach every host.
struct SoundRollout: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for all in context.policies.compactMap(\.spec.rollout?.waves) {
      let waves = all.filter { !context.isReported($0.percent.location) }
      for (earlier, later) in zip(waves, waves.dropFirst()) {
        let (share, next) = (earlier.percent.value, later.percent.value)
        if next.basisPoints <= share.basisPoints {
          findings.append(
            Diagnostic(
              .wavesNotGrowing,
              "a wave reaches \(next.text) % of the hosts, and the one before \(share.text) %",
              at: later.percent.location,
              advice: "percent counts the waves before too: give each wave more than the last"))
        }
        if later.after?.value ?? .zero < earlier.after?.value ?? .zero {
          findings.append(
            Diagnostic(
              .wavesNotGrowing, "a wave opens before the one that stands before it",
              at: (later.after?.location ?? later.percent.location),
              advice: "after counts from the beginning of the rollout: give each wave more time"))
        }
      }
      guard waves.count == all.count, let last = waves.last, last.percent.value.basisPoints < 10_000
      else { continue }
      findings.append(
        Diagnostic(
          .incompleteRollout,
          "the last wave reaches \(last.percent.value.text) % of the hosts: the others never get it",
          at: last.percent.location, advice: "end with percent: 100", severity: .warning))
    }
  }
}
