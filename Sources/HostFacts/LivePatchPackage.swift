/// The names of the packages in which vendors publish live patches: each is for one kernel, and has
/// that kernel's release in its name.
package enum LivePatchPackage {
  /// Red Hat's, and of those who build as it does: `kpatch-patch-5_14_0-362_8_1`; on Amazon Linux
  /// `kernel-livepatch-6.1.12-17.42`.
  ///
  /// - Parameters:
  ///   - kernel: `uname -r`.
  ///   - architecture: `uname -m`.
  ///   - distribution: `ID` of os-release(5).
  /// - Returns: the name alone.
  package static func redHat(
    kernel: String, architecture: String, distribution: String?
  ) -> String {
    if distribution == "amzn" {
      let parts = kernel.split(separator: ".").prefix { !$0.hasPrefix("amzn") }
      return "kernel-livepatch-" + parts.joined(separator: ".")
    }
    var parts = kernel.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count > 1, let last = parts.last, last == architecture { parts.removeLast() }
    if parts.count > 1, let last = parts.last, isMark(last) { parts.removeLast() }
    return "kpatch-patch-" + parts.joined(separator: "_")
  }

  /// SUSE's: `kernel-livepatch-5_3_18-24_29-default`.
  package static func suse(kernel: String) -> String {
    "kernel-livepatch-" + String(kernel.map { $0 == "." ? "_" : $0 })
  }

  /// Whether it is a distribution's mark: `el9_3`.
  private static func isMark(_ part: Substring) -> Bool {
    part.hasPrefix("el") && part.dropFirst(2).first?.isNumber == true
  }
}
