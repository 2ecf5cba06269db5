package import Diagnostics
internal import HostFacts
internal import Nodes
internal import Shapes

extension Diagnostic.Code {
  package static let seriesBound = Diagnostic.Code(
    "series-bound", "A bound that holds for less, or more, of a series of kernels than it seems to."
  )
}

/// `<=6.1` seems to take 6.1 in, and every kernel of 6.1 has more numbers than that.
struct WholeSeries: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for release in context.policies.flatMap(\.spec.kernels).map(\.release) {
      check(release.value, at: release.location, &findings)
    }
    let fixedIn =
      context.entries.compactMap(\.entry.fixedIn)
      + context.documents.patchSets.flatMap(\.spec.patches).compactMap(\.fixedIn)
    for list in fixedIn {
      for pattern in list.value.patterns { check(pattern, at: list.location, &findings) }
    }
  }

  private func check(
    _ pattern: KernelReleasePattern, at location: Location, _ findings: inout [Diagnostic]
  ) {
    for (bound, trouble, instead) in pattern.range?.seriesBounds ?? [] {
      findings.append(
        Diagnostic(
          .seriesBound, "\(bound.quoted) \(trouble)", at: location, advice: "write \(instead)",
          severity: .warning))
    }
  }
}
