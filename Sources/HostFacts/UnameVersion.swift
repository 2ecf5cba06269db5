/// What `uname -v` says of the package that a kernel was built as.
///
/// Debian's names the package's version (`#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-11-02)`),
/// Ubuntu's the number of its upload (`#115-Ubuntu SMP ...`, `#115~22.04.1-Ubuntu SMP ...` for a
/// kernel of another series). RPM systems say it in the release itself.
package struct UnameVersion: Hashable, Sendable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// Holds a kernel against an exact build of its package.
  ///
  /// - Parameters:
  ///   - build: `6.1.176-1` with Debian; `115`, `115~22.04.1` or `5.15.0-105.115` with Ubuntu;
  ///     `5.14.0-427.13.1.el9_4` with RPM. A rebuild, `6.1.176-1+b1` or `115~22.04.1`, is another.
  ///   - release: of the same kernel.
  /// - Returns: whether the kernel is that build.
  package func matches(packageBuild build: String, release: KernelRelease) -> Bool {
    if release.scheme == .rpm {
      let architecture = release.architecture.map { "." + $0 } ?? ""
      return release.mark != nil
        && (build == release.version || build == release.version + architecture)
    }
    if let upload = ubuntuUpload {
      let prefix = release.version + "."
      return upload == (build.hasPrefix(prefix) ? build.dropFirst(prefix.utf8.count) : build[...])
    }
    // A number or a date is no package's version: that has its upstream part and its revision.
    guard build.utf8.first?.isDigit == true, build.contains("-"), build.contains(".") else {
      return false
    }
    return words.contains { $0 == build }
  }

  private var words: [Substring] { text.split { $0 == " " || $0 == "\n" } }

  /// `6.1.176-1` of `... Debian 6.1.176-1 (2026-11-02)`.
  var debianVersion: String? {
    guard let mark = words.firstIndex(of: "Debian"), mark + 1 < words.count,
      words[mark + 1].utf8.first?.isDigit == true
    else { return nil }
    return String(words[mark + 1])
  }

  /// `115` of `#115-Ubuntu`.
  var ubuntuUpload: Substring? {
    guard let word = words.first, word.hasPrefix("#"), word.hasSuffix("-Ubuntu") else { return nil }
    let upload = word.dropFirst().dropLast("-Ubuntu".utf8.count)
    return upload.utf8.first?.isDigit == true ? upload : nil
  }
}
