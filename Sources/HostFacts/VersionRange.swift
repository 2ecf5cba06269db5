/// Which versions a rule is for: one of them (`12`, `22.04`), or those within bounds (`>=12 <14`).
///
/// For versions of distributions and of builds, in dpkg's order. One version means what equals it
/// in that order: `2` is `02`, but not `2.0`. For kernels there is `KernelReleaseRange`.
package struct VersionRange: Hashable, Sendable {
  package let text: String
  private let bounds: [VersionBound]

  /// One version exactly.
  init(exactly text: String) {
    self.text = text
    bounds = [VersionBound(comparison: .equal, version: text, offset: 0)]
  }

  /// - Throws: what is wrong with the text; ranges that match nothing included.
  package init(parsing text: String) throws(VersionRangeError) {
    self.text = text
    if !text.isEmpty, !VersionBound.isRange(text) {
      guard VersionBound.isWellFormed(text[...]) else {
        throw VersionRangeError(.malformedVersion(text), at: 0, in: text)
      }
      bounds = [VersionBound(comparison: .equal, version: text, offset: 0)]
      return
    }
    bounds = try VersionBound.parse(text)
    for (index, bound) in bounds.enumerated() {
      for other in bounds[..<index]
      where other.excludes(bound, compareDebian(other.version, bound.version)) {
        throw .neverMatches(other, bound, in: text)
      }
    }
  }

  /// Whether it is one version, written without an operator.
  package var isExact: Bool { bounds.first?.version == text }

  /// Whether all bounds hold for a version.
  package func matches(_ version: String) -> Bool {
    bounds.allSatisfy { $0.comparison.holds(compareDebian(version, $0.version)) }
  }
}

extension VersionRangeError {
  /// Two bounds that exclude each other, with the range that was meant where it can be told.
  static func neverMatches(
    _ one: VersionBound, _ two: VersionBound, in text: String
  ) -> VersionRangeError {
    let isTurned =
      one.version != two.version && one.comparison != .equal && two.comparison != .equal
    // What was written first is what was meant first.
    let (low, high) = one.comparison.boundsBelow ? (one, two) : (two, one)
    let instead =
      "\(low.comparison.rawValue)\(high.version) \(high.comparison.rawValue)\(low.version)"
    return VersionRangeError(
      .neverMatches(one.text, two.text, instead: isTurned ? instead : nil), at: two.offset, in: text
    )
  }
}
