/// One bound of a range as it is written: `>=6.1.0-50`.
struct VersionBound: Hashable, Sendable {
  enum Comparison: String, Hashable, Sendable, CaseIterable {
    case atLeast = ">="
    case above = ">"
    case atMost = "<="
    case below = "<"
    case equal = "="
    case unequal = "!="

    /// Whether it holds for something that stands so to the bound's version.
    func holds(_ ordering: Ordering) -> Bool {
      switch self {
      case .atLeast: ordering != .below
      case .above: ordering == .above
      case .atMost: ordering != .above
      case .below: ordering == .below
      case .equal: ordering == .same
      case .unequal: ordering != .same
      }
    }

    var boundsBelow: Bool { self == .atLeast || self == .above || self == .equal }
    var boundsAbove: Bool { self == .atMost || self == .below || self == .equal }
    var admitsItself: Bool { self == .atLeast || self == .atMost || self == .equal }
  }

  var comparison: Comparison
  var version: String
  /// Of the operator, in bytes of the range's UTF-8 text.
  var offset: Int

  var text: String { comparison.rawValue + version }

  /// Whether nothing can be on the right side of both, where `ordering` is how the version of this
  /// one stands to the other's.
  func excludes(_ other: VersionBound, _ ordering: Ordering) -> Bool {
    let (one, two) = (comparison, other.comparison)
    if ordering == .same {
      if (one == .unequal && two == .equal) || (one == .equal && two == .unequal) { return true }
      return ((one.boundsBelow && two.boundsAbove) || (one.boundsAbove && two.boundsBelow))
        && !(one.admitsItself && two.admitsItself)
    }
    return ordering == .above
      ? one.boundsBelow && two.boundsAbove : one.boundsAbove && two.boundsBelow
  }
}

extension VersionBound {
  /// Splits a range into its bounds.
  ///
  /// Bounds are separated by blanks; there may be some between an operator and its version.
  static func parse(_ text: String) throws(VersionRangeError) -> [VersionBound] {
    var bounds: [VersionBound] = []
    var rest = text[...]
    func fail(
      at place: Substring, _ problem: VersionRangeError.Problem
    ) -> VersionRangeError {
      VersionRangeError(
        problem, at: text.utf8.distance(from: text.startIndex, to: place.startIndex), in: text)
    }
    while true {
      rest.skipBlanks()
      let start = rest
      guard let first = rest.utf8.first else { break }
      if first == UInt8(ascii: ",") { throw fail(at: start, .comma) }
      let sign = rest.take(while: isOperator)
      guard !sign.isEmpty else {
        throw fail(at: start, .operatorMissing(before: String(rest.take(while: isVersion))))
      }
      rest.skipBlanks()
      let version = rest.take(while: isVersion)
      guard let comparison = Comparison(rawValue: String(sign)) else {
        throw fail(at: start, .unknownOperator(String(sign), before: String(version)))
      }
      guard !version.isEmpty else {
        throw fail(at: start, .versionMissing(after: comparison.rawValue))
      }
      let bound = VersionBound(
        comparison: comparison, version: String(version),
        offset: text.utf8.distance(from: text.startIndex, to: start.startIndex))
      switch rest.utf8.first {
      case nil, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"): break
      case UInt8(ascii: ","): throw fail(at: rest, .comma)
      default: throw fail(at: rest, .blankMissing(after: bound.text))
      }
      guard isWellFormed(version) else {
        throw fail(at: version, .malformedVersion(bound.version))
      }
      bounds.append(bound)
    }
    if bounds.isEmpty { throw VersionRangeError(.empty, at: 0, in: text) }
    return bounds
  }

  /// Begins with a letter or digit, and has none but the signs that versions have.
  static func isWellFormed(_ version: Substring) -> Bool {
    guard let first = version.utf8.first, first.isDigit || first.isLetter else { return false }
    return version.utf8.allSatisfy {
      $0.isDigit || $0.isLetter || "._+~^:-".utf8.contains($0)
    }
  }

  /// Whether a text is meant as bounds: it begins with an operator, or has what only ranges have.
  static func isRange(_ text: String) -> Bool {
    text.utf8.first.map(isOperator) == true || text.utf8.contains { "<>=, \t\n".utf8.contains($0) }
  }
}

private func isOperator(_ byte: UInt8) -> Bool { "<>=!~^&|".utf8.contains(byte) }

private func isVersion(_ byte: UInt8) -> Bool { !"<>=!&|, \t\n".utf8.contains(byte) }

extension Substring {
  fileprivate mutating func skipBlanks() {
    _ = take { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") }
  }

  fileprivate mutating func take(while belongs: (UInt8) -> Bool) -> Substring {
    let end = utf8.firstIndex { !belongs($0) } ?? endIndex
    defer { self = self[end...] }
    return self[..<end]
  }
}
