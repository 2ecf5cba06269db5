/// Which kernel releases (`uname -r`) a rule is for: one of them, a glob, or a range.
///
/// It selects rules, never a module: a build is for one release exactly.
package struct KernelReleasePattern: Hashable, Sendable {
  package let text: String
  private let meaning: Meaning

  private enum Meaning: Hashable, Sendable {
    case exact
    case glob(Glob)
    case range(KernelReleaseRange)

    init(exactOrGlob text: String) {
      self = Glob.isGlob(text) ? .glob(Glob(text)) : .exact
    }
  }

  /// Reads a pattern: a range where there is an operator, a comma or a blank.
  ///
  /// - Throws: what is wrong with a range; `empty` for no text at all.
  package init(parsing text: String) throws(VersionRangeError) {
    self.text = text
    if text.isEmpty || VersionBound.isRange(text) {
      meaning = .range(try KernelReleaseRange(parsing: text))
    } else {
      meaning = Meaning(exactOrGlob: text)
    }
  }

  /// A release or a glob, never a range.
  package init(_ text: String) {
    self.text = text
    meaning = Meaning(exactOrGlob: text)
  }

  /// The one release that matches; nil for globs and ranges, which may match several.
  package var exactRelease: String? { meaning == .exact ? text : nil }

  package var isGlob: Bool { glob != nil }

  package var glob: Glob? {
    if case .glob(let glob) = meaning { glob } else { nil }
  }

  package var range: KernelReleaseRange? {
    if case .range(let range) = meaning { range } else { nil }
  }

  /// Whether a release is among those meant. For several patterns, read the release once.
  package func matches(_ release: String) -> Bool {
    switch meaning {
    case .exact: text == release
    case .glob(let glob): glob.matches(release)
    case .range(let range): range.matches(KernelRelease(release))
    }
  }

  package func matches(_ release: KernelRelease) -> Bool {
    if case .range(let range) = meaning { return range.matches(release) }
    return matches(release.text)
  }
}
