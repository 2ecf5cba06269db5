package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let gap = Diagnostic.Code(
    "gap",
    "Two builds of one release under one module name, so that a fix is out of force in between.")
}

/// A newer build has a module name of its own: under the old one's name it can only be loaded when
/// the old one is gone, and the fix is out of force in between.
struct NoGap: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for (name, patch) in context.catalogue.patches.sorted(by: { $0.key < $1.key }) {
      var first: [Key: CatalogueBuild] = [:]
      for build in patch.parts.flatMap(\.builds)
      where !build.module.value.text.isEmpty {
        let key = Key(release: build.release.value, module: build.module.value)
        guard let earlier = first[key] else {
          first[key] = build
          continue
        }
        // Builds of two kernels under one release are never in one kernel.
        if build.kernelBuildID?.value != earlier.kernelBuildID?.value { continue }
        findings.append(
          Diagnostic(
            .gap,
            "two builds of \(name.quoted) for \(build.release.value.text.quoted) are the module "
              + "\(build.module.value.text.quoted): the fix is out of force while one is swapped for "
              + "the other",
            at: build.module.location,
            advice:
              "give each build a module name of its own, such as one that ends in its version",
            severity: .warning,
            notes: [Diagnostic.Note("the other one", at: earlier.module.location)]))
      }
    }
  }

  private struct Key: Hashable {
    let release: ExactRelease
    let module: ModuleName
  }
}
