/// How one thing stands to another.
package enum Ordering: Int, Hashable, Sendable {
  case below = -1
  case same = 0
  case above = 1
}

/// The order in which a family of distributions counts its versions.
///
/// Both are total over any text, whose bytes are looked at as they are; nothing is allocated.
package enum VersionOrder: Hashable, Sendable {
  /// dpkg's, by deb-version(7): `epoch:upstream-revision`, where `~` stands below the end.
  case debian
  /// rpm's, by rpm-version(7): `epoch:version-release`, where `~` stands below the end, and `^`
  /// above it and below anything else.
  case rpm

  package func compare(_ left: String, _ right: String) -> Ordering {
    switch self {
    case .debian: compareDebian(left, right)
    case .rpm: compareRPM(left, right)
    }
  }
}

/// As `dpkg --compare-versions` does. An epoch that is no number belongs to the version.
package func compareDebian(_ left: String, _ right: String) -> Ordering {
  let (leftText, rightText) = (left.utf8Span, right.utf8Span)
  let (leftBytes, rightBytes) = (leftText.span, rightText.span)
  let (leftParts, rightParts) = (VersionParts(leftBytes), VersionParts(rightBytes))
  let epochs = compareDebianPart(
    leftBytes.extracting(leftParts.epoch), rightBytes.extracting(rightParts.epoch))
  if epochs != .same { return epochs }
  let versions = compareDebianPart(
    leftBytes.extracting(leftParts.upstream), rightBytes.extracting(rightParts.upstream))
  if versions != .same { return versions }
  return compareDebianPart(
    leftBytes.extracting(leftParts.revision ?? 0..<0),
    rightBytes.extracting(rightParts.revision ?? 0..<0))
}

/// As rpm compares `epoch:version-release`. No epoch is epoch 0; no release is below any.
package func compareRPM(_ left: String, _ right: String) -> Ordering {
  let (leftText, rightText) = (left.utf8Span, right.utf8Span)
  let (leftBytes, rightBytes) = (leftText.span, rightText.span)
  let (leftParts, rightParts) = (VersionParts(leftBytes), VersionParts(rightBytes))
  // An epoch is a number, which dpkg's order compares whatever its length.
  let epochs = compareDebianPart(
    leftBytes.extracting(leftParts.epoch), rightBytes.extracting(rightParts.epoch))
  if epochs != .same { return epochs }
  let versions = compareRPMPart(
    leftBytes.extracting(leftParts.upstream), rightBytes.extracting(rightParts.upstream))
  if versions != .same { return versions }
  guard let leftRelease = leftParts.revision, let rightRelease = rightParts.revision else {
    return leftParts.revision != nil ? .above : rightParts.revision != nil ? .below : .same
  }
  return compareRPMPart(
    leftBytes.extracting(leftRelease), rightBytes.extracting(rightRelease))
}

/// Where the parts of a version lie: dpkg and rpm split it at the same places.
private struct VersionParts {
  /// Empty where there is none, which is epoch 0.
  var epoch = 0..<0
  var upstream: Range<Int>
  /// What dpkg calls the revision, and rpm the release.
  var revision: Range<Int>?

  init(_ text: Span<UInt8>) {
    var start = 0
    while start < text.count, text[start].isDigit { start += 1 }
    if start > 0, start < text.count, text[start] == UInt8(ascii: ":") {
      epoch = 0..<start
      start += 1
    } else {
      start = 0
    }
    var end = text.count
    while end > start, text[end - 1] != UInt8(ascii: "-") { end -= 1 }
    if end > start {
      revision = end..<text.count
      upstream = start..<(end - 1)
    } else {
      upstream = start..<text.count
    }
  }
}

/// Parts without digits and numbers by turns, as in deb-version(7).
private func compareDebianPart(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Ordering {
  var (i, j) = (0, 0)
  while i < left.count || j < right.count {
    while true {
      let (a, b) = (rank(left, i), rank(right, j))
      if a != b { return a < b ? .below : .above }
      // Equal ranks: two bytes that are the same, or neither side has another before its number.
      if a == 0 { break }
      i += 1
      j += 1
    }
    let ordering = compareNumbers(left, &i, right, &j)
    if ordering != .same { return ordering }
  }
  return .same
}

/// `~` below the end of a part (or its next number), letters above it, all else above letters.
private func rank(_ text: Span<UInt8>, _ index: Int) -> Int {
  guard index < text.count else { return 0 }
  let byte = text[index]
  if byte.isDigit { return 0 }
  if byte == UInt8(ascii: "~") { return -1 }
  return byte.isLetter ? Int(byte) : Int(byte) + 256
}

/// Numbers, letters, `~` and `^`; all other bytes only separate (rpm-version(7)).
private func compareRPMPart(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Ordering {
  var (i, j) = (0, 0)
  while true {
    while i < left.count, !left[i].countsForRPM { i += 1 }
    while j < right.count, !right[j].countsForRPM { j += 1 }
    let a = i < left.count ? left[i] : nil
    let b = j < right.count ? right[j] : nil
    if a == UInt8(ascii: "~") || b == UInt8(ascii: "~") {
      if a != b { return a == UInt8(ascii: "~") ? .below : .above }
      i += 1
      j += 1
      continue
    }
    if a == UInt8(ascii: "^") || b == UInt8(ascii: "^") {
      if a != b {
        // Above the end, below anything that goes on.
        let caretIsLeft = a == UInt8(ascii: "^")
        let otherEnds = caretIsLeft ? b == nil : a == nil
        return caretIsLeft == otherEnds ? .above : .below
      }
      i += 1
      j += 1
      continue
    }
    guard let a, let b else {
      return a == nil ? (b == nil ? .same : .below) : .above
    }
    // A number is above letters.
    if a.isDigit != b.isDigit { return a.isDigit ? .above : .below }
    let ordering =
      a.isDigit ? compareNumbers(left, &i, right, &j) : compareWords(left, &i, right, &j)
    if ordering != .same { return ordering }
  }
}

/// Takes a number of any length from both sides; none at all is 0.
private func compareNumbers(
  _ left: Span<UInt8>, _ i: inout Int, _ right: Span<UInt8>, _ j: inout Int
) -> Ordering {
  while i < left.count, left[i] == UInt8(ascii: "0") { i += 1 }
  while j < right.count, right[j] == UInt8(ascii: "0") { j += 1 }
  var ordering = Ordering.same
  while true {
    let a = i < left.count && left[i].isDigit
    let b = j < right.count && right[j].isDigit
    guard a, b else { return a == b ? ordering : a ? .above : .below }
    if ordering == .same, left[i] != right[j] {
      ordering = left[i] < right[j] ? .below : .above
    }
    i += 1
    j += 1
  }
}

/// Takes a run of letters from both sides.
private func compareWords(
  _ left: Span<UInt8>, _ i: inout Int, _ right: Span<UInt8>, _ j: inout Int
) -> Ordering {
  while true {
    let a = i < left.count && left[i].isLetter
    let b = j < right.count && right[j].isLetter
    guard a, b else { return a == b ? .same : a ? .above : .below }
    if left[i] != right[j] { return left[i] < right[j] ? .below : .above }
    i += 1
    j += 1
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Of ASCII.
  var isLetter: Bool {
    let lowerCase = self | 0x20
    return lowerCase >= UInt8(ascii: "a") && lowerCase <= UInt8(ascii: "z")
  }

  fileprivate var countsForRPM: Bool {
    isDigit || isLetter || self == UInt8(ascii: "~") || self == UInt8(ascii: "^")
  }
}
