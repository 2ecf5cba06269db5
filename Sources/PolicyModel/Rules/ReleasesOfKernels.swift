package import Diagnostics
internal import HostFacts
internal import Shapes

extension Diagnostic.Code {
  package static let packageName = Diagnostic.Code(
    "package-name", "The name of a kernel's package or file, where its release is due.")
}

/// A rule's release is what `uname -r` says: no kernel has the name of its package.
struct ReleasesOfKernels: Rule {
  private static let prefixes = ["linux-image-", "linux-", "kernel-", "vmlinuz-", "bzImage-"]

  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for release in context.policies.flatMap(\.spec.kernels).map(\.release) {
      let text = release.value.text
      guard let prefix = ReleasesOfKernels.prefixes.first(where: text.hasPrefix) else { continue }
      findings.append(
        Diagnostic(
          .packageName, "\(text.quoted) names a package or a file, and no kernel has that release",
          at: release.location, advice: "write \(text.dropFirst(prefix.count)), as uname -r does",
          severity: .warning))
    }
  }
}
