/// Kernel releases within bounds: `>=6.1.0-50 <6.2`. All bounds have to hold.
///
/// A bound is compared with a release in the order of the release's scheme, after architecture and
/// flavour are taken off both. What a bound names besides its version, it asks for:
/// `<6.1.0-60-cloud-amd64` holds for releases of that flavour only, `>=5.14.0-427.el9` for those of
/// Enterprise Linux. `!=` is the opposite of `=`, and holds for all other kernels.
///
/// A bound *without* a flavour is read in the flavour of the release that it is held against:
/// `>=6.8.0-1047` is at least the 1047th upload of `aws` for an `aws` kernel, and of `generic` for a
/// `generic` one. Where flavours are counted apart, as Ubuntu's are, name the flavour beside it.
///
/// A bound without a distribution's mark (`.el9_4`, `+deb12`) is compared without the release's:
/// `<=5.14.0-427.13.1` holds for `5.14.0-427.13.1.el9_4.x86_64`.
///
/// A version stands below all that goes on from it: `<6.2` keeps out the whole of 6.2, `6.2.0-rc1`
/// too, and `>=6.2` takes all of it in. `<6.2.0` admits `6.2.0-rc1`. `<=6.1` holds for nothing of
/// 6.1 but 6.1 itself: write `<6.2`. Candidates may be written as their tags are: `6.2-rc1` is
/// `6.2.0-rc1`.
package struct KernelReleaseRange: Hashable, Sendable {
  package let text: String
  private let bounds: [KernelReleaseBound]

  /// - Throws: what is wrong with the text; ranges that match nothing included.
  package init(parsing text: String) throws(VersionRangeError) {
    self.text = text
    var bounds: [KernelReleaseBound] = []
    for written in try VersionBound.parse(text) {
      let bound = try KernelReleaseBound(written, in: text)
      for other in bounds {
        try other.check(against: bound, in: text)
      }
      bounds.append(bound)
    }
    self.bounds = bounds
  }

  package func matches(_ release: KernelRelease) -> Bool {
    bounds.allSatisfy { $0.holds(for: release) }
  }

  /// Bounds that name a series, such as 6.1, and hold for less or more of it than they seem to.
  package var seriesBounds: [(bound: String, trouble: String, instead: String)] {
    bounds.compactMap(\.seriesBound)
  }
}

/// A bound as a kernel release is held against it.
struct KernelReleaseBound: Hashable, Sendable {
  private let written: VersionBound
  private let release: KernelRelease
  /// Nil where the text could be of any.
  private let scheme: KernelRelease.Scheme?
  /// `6.2-rc1` as `uname -r` says it, and as Fedora counts it.
  private let candidate: (full: String, fedora: String)?

  init(_ written: VersionBound, in text: String) throws(VersionRangeError) {
    let release = KernelRelease(written.version)
    // What stands behind the version has to be something that a release could have there.
    let next = written.version.utf8.dropFirst(release.base.utf8.count).first
    guard !release.base.isEmpty, next.map({ "-+~".utf8.contains($0) }) ?? true else {
      throw VersionRangeError(
        .malformedVersion(written.version),
        at: written.offset
          + text.utf8.dropFirst(written.offset)
          .prefix { !$0.isDigit && !$0.isLetter }.count,
        in: text)
    }
    self.written = written
    self.release = release
    scheme = release.scheme == .upstream ? nil : release.scheme
    if release.isCandidate {
      let tail = release.version.dropFirst(release.base.utf8.count + 1)
      let base = release.base.isShort ? release.base + ".0" : release.base
      candidate = ("\(base)~\(tail)", "\(base)-0.\(tail)")
    } else {
      candidate = nil
    }
  }

  func holds(for other: KernelRelease) -> Bool {
    guard asks(for: other) else { return written.comparison == .unequal }
    return written.comparison.holds(ordering(of: other))
  }

  /// Whether a release is of the kind that the bound names.
  private func asks(for other: KernelRelease) -> Bool {
    // A text that begins with no version is on neither side of one.
    !other.base.isEmpty && (scheme == nil || scheme == other.scheme)
      && (release.flavour == nil || release.flavour == other.flavour)
      && (release.architecture == nil || release.architecture == other.architecture)
      && (release.mark == nil || release.mark == other.mark)
  }

  /// How a release stands to this bound, both without what only one of them says.
  private func ordering(of other: KernelRelease) -> Ordering {
    let version = release.mark == nil ? other.unmarkedVersion : other.version
    return other.scheme.order.compare(version, self.version(for: other))
  }

  private func version(for other: KernelRelease) -> String {
    guard let candidate else { return release.version }
    if other.scheme == .rpm, !other.isCandidate { return candidate.fedora }
    return other.base.isShort ? release.version : candidate.full
  }

  /// Kernels of a series have more numbers behind it, and so stand above its bare version.
  fileprivate var seriesBound: (bound: String, trouble: String, instead: String)? {
    guard written.version == release.base, release.base.isShort,
      let last = release.base.split(separator: ".").last, let number = Int(last), number < 1_000_000
    else { return nil }
    let next = "\(release.base.dropLast(last.utf8.count))\(number + 1)"
    switch written.comparison {
    case .equal:
      return (
        written.text, "holds for no kernel of \(release.base), such as \(release.base).0-1",
        ">=\(release.base) <\(next)"
      )
    case .atMost:
      return (
        written.text, "holds for no kernel of \(release.base), such as \(release.base).0-1",
        "<\(next)"
      )
    case .above:
      return (
        written.text, "holds for the kernels of \(release.base) too, such as \(release.base).0-1",
        ">=\(next)"
      )
    case .atLeast, .below, .unequal: return nil
    }
  }

  /// Tells two bounds that no release can keep.
  func check(against other: KernelReleaseBound, in text: String) throws(VersionRangeError) {
    let comparisons = [written.comparison, other.written.comparison]
    let areAlike =
      agree(scheme, other.scheme) && agree(release.flavour, other.release.flavour)
      && agree(release.architecture, other.release.architecture)
      && agree(release.mark, other.release.mark)
    guard areAlike else {
      if comparisons.contains(.unequal) { return }
      throw VersionRangeError(
        .differentKernels(written.text, other.written.text), at: other.written.offset, in: text)
    }
    // `!=` of one flavour leaves the others of the bound without one.
    if comparisons.contains(.unequal),
      release.flavour != other.release.flavour
        || release.architecture != other.release.architecture || release.mark != other.release.mark
        || scheme != other.scheme
    {
      return
    }
    let orders = (scheme ?? other.scheme).map { [$0.order] } ?? [.debian, .rpm]
    let areMarked = release.mark != nil && other.release.mark != nil
    let excluded = orders.allSatisfy { order in
      written.excludes(
        other.written,
        order.compare(
          version(beside: other, isMarked: areMarked),
          other.version(beside: self, isMarked: areMarked)))
    }
    if excluded { throw .neverMatches(written, other.written, in: text) }
  }

  private func version(beside other: KernelReleaseBound, isMarked: Bool) -> String {
    if let candidate, !other.release.base.isShort { return candidate.full }
    return isMarked ? release.version : release.unmarkedVersion
  }

  static func == (left: KernelReleaseBound, right: KernelReleaseBound) -> Bool {
    left.written == right.written
  }

  func hash(into hasher: inout Hasher) { hasher.combine(written) }
}

private func agree<Value: Equatable>(_ left: Value?, _ right: Value?) -> Bool {
  left == nil || right == nil || left == right
}

extension String {
  /// Whether a version has fewer than three numbers, as tags have: `6.2`.
  fileprivate var isShort: Bool { utf8.count { $0 == UInt8(ascii: ".") } < 2 }
}
