internal import Diagnostics

/// The keys that a policy may have below `canonical`, and which of their values may be shown.
enum KeysOfClient {
  static let known: Set<String> = [
    "canonical", "release", "flavour", "enabled", "cutoffDate", "patchDelay", "server", "tier",
    "checkInterval", "token", "assertions", "state", "minimumVersion", "fixes", "cutoff", "delay",
    "interval", "assert",
  ]
  /// Those below `token`.
  static let ofToken: Set<String> = ["file", "credential"]
  /// Words of the language, which are no secret wherever they stand.
  static let words: Set<String> = known.union(ofToken).union([
    "true", "false", "null", "yes", "https", "http", "value", "secret", "password", "applied",
    "nothing-to-apply", "livepatch",
  ])
}

/// Whether a key names a secret, or where one is kept.
func namesSecret(_ key: String) -> Bool {
  let key = key.lowercased().filter { $0 != "-" && $0 != "_" }
  let stems = ["token", "secret", "passw", "passphrase", "credential", "apikey", "authkey"]
  if stems.contains(where: key.contains) || key == "tok" { return true }
  return nearest(to: key, among: ["token", "secret", "password", "credential"]) != nil
}

/// Whether a key is the one of Canonical's client, or was meant to be.
func namesClient(_ key: String) -> Bool {
  ["canonical", "livepatch", "ubuntu"].contains(key)
    || nearest(to: key, among: ["canonical"]) != nil
}

/// Whether a key may be shown that is not known: no secret is made of a few letters.
func isPlainKey(_ key: String) -> Bool {
  key.utf8.count <= 24
    && key.utf8.allSatisfy {
      (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
}

/// The key before a colon; nil where none is.
func key(before colon: Int, in line: Bytes) -> String? {
  let before = line[..<colon].reversed().drop { " \"'".utf8.contains($0) }
  let key = before.prefix { byte in
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-_.".utf8.contains(byte)
  }
  return key.isEmpty ? nil : String(decoding: key.reversed(), as: UTF8.self)
}

/// Where the comment behind a value begins: the blank before its `#`.
func comment(in value: Bytes) -> Int? {
  var before = UInt8(ascii: " ")
  for index in value.indices {
    if value[index] == UInt8(ascii: "#"), before == UInt8(ascii: " ") {
      return max(value.startIndex, index - 1)
    }
    before = value[index]
  }
  return nil
}

/// Whether the value of a key, up to the end of its line, is such that it is no secret.
func mayShow(_ value: Bytes, of key: String) -> Bool {
  var key = key
  let value = value[..<(comment(in: value) ?? value.endIndex)]
  for piece in value.split(whereSeparator: { ",{}[]".utf8.contains($0) }) {
    var text = trimmed(piece)
    if let colon = text.indices.first(where: { index in
      text[index] == UInt8(ascii: ":")
        && (index + 1 == text.endIndex || text[index + 1] == UInt8(ascii: " "))
    }) {
      let name = String(decoding: trimmed(text[..<colon]), as: UTF8.self)
      guard KeysOfClient.known.contains(name) || KeysOfClient.ofToken.contains(name) else {
        return false
      }
      key = name
      text = trimmed(text[(colon + 1)...])
    }
    if !text.isEmpty, !isHarmless(text, key) { return false }
  }
  return true
}

/// Whether a value of a key is such as that key has, or near it.
private func isHarmless(_ value: Bytes, _ key: String) -> Bool {
  if "&*!|>@".utf8.contains(value[value.startIndex]) { return false }
  let isWord = value.split { !isLetterOrDigit($0) }.allSatisfy { $0.count < 16 }
  let text = String(decoding: value, as: UTF8.self)
  switch key {
  case "enabled", "canonical":
    return [
      "true", "false", "yes", "no", "on", "off", "enabled", "disabled", "null", "~", "0", "1",
    ]
    .contains(text.lowercased())
  case "cutoffDate", "patchDelay", "checkInterval", "minimumVersion", "cutoff", "delay", "interval":
    return isWord && (0x30...0x39).contains(value[value.startIndex])
  case "server":
    return isWord && text.contains { $0 == "." || $0 == ":" }
      && !text.contains { "@?=&".contains($0) }
  case "credential", "release", "flavour", "tier", "state", "fixes", "assertions":
    return isWord && !text.contains("@")
  default: return isWord && text.hasPrefix("/")
  }
}

/// Whether a line holds nothing but the name of a CVE.
func isCVE(_ line: Bytes) -> Bool {
  let text = String(decoding: trimmed(line[..<(comment(in: line) ?? line.endIndex)]), as: UTF8.self)
  return text.lowercased().hasPrefix("cve-") && text.utf8.count < 24
}

/// Whether a word is as long as tokens are.
func isLong(_ word: Bytes) -> Bool { word.count >= 16 && word.contains { $0 < 0x3A } }

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
}

/// Without the blanks around it, and quotes.
private func trimmed(_ text: Bytes) -> Bytes {
  let start = text.firstIndex { !" \t\"'".utf8.contains($0) } ?? text.endIndex
  let end = text[start...].lastIndex { !" \t\"'".utf8.contains($0) }.map { $0 + 1 } ?? start
  return text[start..<end]
}
