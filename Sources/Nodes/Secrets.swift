/// Keys that name where a secret is kept. Who writes the secret itself there by mistake is told so, and
/// not by showing it.
private let secretKeys = ["token", "credentials", "password"]

/// A line of a text without what may be a secret: what stands behind such a key, or in the line below
/// it, and is neither a path nor a mapping; and who logs in by the address of a web server.
func withoutSecrets(_ line: String, after previous: String?) -> String {
  let line = withoutUser(line)
  let text = Array(line.utf8)
  for key in secretKeys {
    var start = 0
    while let end = colon(behind: Array(key.utf8), in: text, from: &start) {
      guard let value = text[end...].first(where: { $0 != UInt8(ascii: " ") }),
        !Array("/{[|>#".utf8).contains(value)
      else { continue }
      return String(decoding: text[..<end], as: UTF8.self) + " (not shown)"
    }
  }
  guard let previous, !text.contains(UInt8(ascii: ":")) else { return line }
  let above = previous.utf8.reversed().drop { Array(" |>-\"'".utf8).contains($0) }.reversed()
  let isBelow = secretKeys.contains { Array("\($0):".utf8) == above.suffix($0.utf8.count + 1) }
  return isBelow ? String(line.prefix { $0 == " " }) + "(not shown)" : line
}

private func withoutUser(_ line: String) -> String {
  guard let mark = line.firstRange(of: "https://") else { return line }
  let rest = line[mark.upperBound...]
  let authority = rest.prefix { !"/?# \"'".contains($0) }
  guard let at = authority.lastIndex(of: "@") else { return line }
  return String(line[..<mark.upperBound]) + "(not shown)" + String(rest[at...])
}

/// Where the value of a key begins: right behind its colon.
private func colon(behind key: [UInt8], in text: [UInt8], from start: inout Int) -> Int? {
  while start + key.count < text.count {
    defer { start += 1 }
    guard text[start..<(start + key.count)] == key[...] else { continue }
    var end = start + key.count
    while end < text.count, Array(" \"'".utf8).contains(text[end]) { end += 1 }
    if end < text.count, text[end] == UInt8(ascii: ":") { return end + 1 }
  }
  return nil
}
