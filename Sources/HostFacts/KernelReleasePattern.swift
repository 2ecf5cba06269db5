internal import Glibc

/// Which kernel releases (`uname -r`) a rule is for: one of them, or a glob.
///
/// It selects rules, never a module: a build is for one release exactly.
package struct KernelReleasePattern: Hashable, Sendable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// Whether several releases may match.
  package var isGlob: Bool {
    text.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
    }
  }

  /// Whether a release is among those meant (fnmatch(3): `*`, `?`, `[...]`).
  package func matches(_ release: String) -> Bool {
    isGlob ? unsafe fnmatch(text, release, 0) == 0 : text == release
  }
}
