/// What in a text may be a secret that was written there by mistake: of each line what may be shown, and
/// the words that stand in the rest, which no message repeats.
///
/// Secret may be what stands behind a key that names one, such as `token`, and below it; and all that
/// stands below `canonical`, whose client is enabled with a token, but known keys with values such as
/// they have. It is told by the lines alone, for a text may be wrong in any way.
struct Secrets: Sendable {
  /// What may be shown of the lines, from 0, that are not shown whole.
  private(set) var lines: [Int: String] = [:]
  /// The words that are not shown.
  private(set) var words: Set<String> = []
  /// The indentation of the key of the client, and of a secret, that the line in hand may stand below.
  private var client: Int?
  private var secret: Int?
  /// What keys were found to be: a text has few, and many times.
  private var kinds: [String: (isSecret: Bool, isClient: Bool)] = [:]

  /// - Parameters:
  ///   - bytes: the whole text.
  ///   - lineStarts: where each of its lines begins.
  ///   - isObservation: whether a program wrote it of a host, whose client it then may speak of.
  init(_ bytes: [UInt8], lineStarts: [Int], isObservation: Bool) {
    for (index, start) in lineStarts.enumerated() {
      let end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
      var line = bytes[start..<end]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard let shown = shown(of: line, isObservation) else { continue }
      let rest = line[shown.endIndex...]
      let blank = rest.first == space && shown.last == UInt8(ascii: ":") ? " " : ""
      lines[index] = String(decoding: shown.prefix(400), as: UTF8.self) + blank + placeholder
      hide(rest)
    }
  }

  /// The beginning of a line that may be shown, where the rest may not; nil for all of it.
  private mutating func shown(of line: Bytes, _ isObservation: Bool) -> Bytes? {
    guard let first = line.firstIndex(where: { $0 != space && $0 != tab }) else { return nil }
    let indentation = first - line.startIndex
    if indentation == 0, line.starts(with: "---".utf8) { (client, secret) = (nil, nil) }
    let isComment = line[first] == UInt8(ascii: "#")
    func isBelow(_ above: Int?) -> Bool {
      guard let above else { return false }
      // The items of a list may stand under their key.
      return indentation > above || isComment || (indentation == above && line[first] == dash)
    }
    if isBelow(secret) {
      return isComment ? line[...first] : shown(below: true, line, first)
    }
    secret = nil
    if isBelow(client) {
      return isComment ? line[...first] : shown(below: false, line, first)
    }
    client = nil
    return shown(anywhere: line, indentation, isObservation)
  }

  /// Of a line below the client's key, or below that of a secret.
  private mutating func shown(below isSecret: Bool, _ line: Bytes, _ first: Int) -> Bytes? {
    let start = line[first...].firstIndex { !punctuation.contains($0) } ?? line.endIndex
    if start == line.endIndex { return nil }
    guard let colon = line[start...].firstIndex(of: UInt8(ascii: ":")),
      let key = key(before: colon, in: line[start...])
    else { return !isSecret && isCVE(line[start...]) ? nil : line[..<first] }
    let value = line[(colon + 1)...]
    let isDue = (isSecret ? KeysOfClient.ofToken : KeysOfClient.known).contains(key)
    if !isSecret, namesSecret(key) { secret = first - line.startIndex }
    if isDue, mayShow(value, of: key) {
      // What is said beside it is not.
      return comment(in: value).map { line[...$0] }
    }
    if !isSecret { secret = first - line.startIndex }
    let mayShowKey =
      isDue
      || (isSecret
        ? KeysOfClient.words.contains(key) : namesSecret(key) && key.count < 24 || isPlainKey(key))
    return mayShowKey ? line[...colon] : line[..<first]
  }

  /// Of a line that stands below neither.
  private mutating func shown(
    anywhere line: Bytes, _ indentation: Int, _ isObservation: Bool
  ) -> Bytes? {
    var next = line.startIndex
    while let colon = line[next...].firstIndex(of: UInt8(ascii: ":")) {
      next = colon + 1
      if let user = user(at: colon, in: line) { return user }
      guard let key = key(before: colon, in: line) else { continue }
      let value = line[next...]
      let kind = kind(of: key)
      if kind.isSecret {
        secret = indentation
        if mayShow(value, of: key) {
          // A path is the whole of it.
          if value.contains(where: { $0 != space }) { secret = nil }
          continue
        }
        return line[..<next]
      }
      if !isObservation, kind.isClient {
        client = indentation
        return mayShow(value, of: key) ? nil : line[..<next]
      }
    }
    return nil
  }

  private mutating func kind(of key: String) -> (isSecret: Bool, isClient: Bool) {
    if let known = kinds[key] { return known }
    if kinds.count == 1000 { kinds = [:] }
    let kind = (namesSecret(key), namesClient(key))
    kinds[key] = kind
    return kind
  }

  /// Who logs in at an address, with a password: `user:password@host`. The beginning of the line up to
  /// the colon.
  private func user(at colon: Int, in line: Bytes) -> Bytes? {
    var start = colon + 1
    if line[start...].starts(with: "//".utf8) {
      guard line[..<colon].reversed().starts(with: "sptth".utf8) else { return nil }
      start += 2
    } else if colon == line.startIndex || " /\"'".utf8.contains(line[colon - 1]) {
      return nil
    }
    let rest = line[start...].prefix { !" /?#\"'".utf8.contains($0) }
    guard rest.contains(UInt8(ascii: "@")) else { return nil }
    return line[..<start]
  }

  private mutating func hide(_ part: Bytes) {
    let comment = comment(in: part) ?? part.endIndex
    for word in part[..<comment].split(whereSeparator: isBetweenWords) where word.count > 2 {
      let word = String(decoding: word, as: UTF8.self)
      if KeysOfClient.words.contains(word) { continue }
      words.insert(word)
      words.insert(word.lowercased())
    }
    for word in part[comment...].split(whereSeparator: isBetweenWords) where isLong(word) {
      words.insert(String(decoding: word, as: UTF8.self))
    }
  }
}

extension Secrets {
  /// A text without the words that may be secrets.
  func removed(from text: String) -> String {
    guard !words.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var index = 0
    var before = space
    while index < bytes.count {
      let run = bytes[index...].prefix { !isBetweenWords($0) }
      guard !run.isEmpty else {
        before = bytes[index]
        kept.append(before)
        index += 1
        continue
      }
      index = run.endIndex
      kept += isHidden(run, before) ? Array(placeholder.utf8)[...] : run
    }
    return String(decoding: kept, as: UTF8.self)
  }

  private func isHidden(_ run: Bytes, _ before: UInt8) -> Bool {
    var word = String(decoding: run, as: UTF8.self)
    // A long text in a message is cut.
    if word.hasSuffix("..."), run.count > 6 { return true }
    while word.hasSuffix(".") { word.removeLast() }
    guard words.contains(word) else { return false }
    // A short one may be a word of the message.
    let isPlain = run.count < 6 && run.allSatisfy { (0x61...0x7A).contains($0) }
    return !isPlain || "`\"'".utf8.contains(before)
  }
}

typealias Bytes = ArraySlice<UInt8>
private let placeholder = "(not shown)"
private let space = UInt8(ascii: " ")
private let tab = UInt8(ascii: "\t")
private let dash = UInt8(ascii: "-")
/// What may stand before the key of a line.
private let punctuation = Array(" \t-{}[],".utf8)

private func isBetweenWords(_ byte: UInt8) -> Bool {
  switch byte {
  case ...0x20: true
  case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
    UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: ":"),
    UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "="), UInt8(ascii: "&"),
    UInt8(ascii: "#"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "("),
    UInt8(ascii: ")"), UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: ";"), UInt8(ascii: "\\"):
    true
  default: false
  }
}
