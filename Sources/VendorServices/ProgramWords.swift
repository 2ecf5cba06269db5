internal import ChildProcess

/// What a package manager says of why it did not do something, to go on after a colon.
///
/// Nothing is shown but lines that begin as complaints do, and of addresses only the host: what else it
/// prints may hold the passwords of repositories.
func complaints(of result: CommandResult) -> String? {
  let lines =
    result.standardError.text.split(whereSeparator: \.isNewline)
    + result.standardOutput.text.split(whereSeparator: \.isNewline)
  var shown: [String] = []
  for line in lines {
    let line = withoutMarkup(trimmed(line))
    // zypper begins this one with the package's name.
    let isSignature = line.contains("Signature verification failed")
    guard isSignature || beginnings.contains(where: line.hasPrefix),
      line.utf8.count > "Error:".utf8.count
    else {
      continue
    }
    // dnf's own words are of a good thing, and go on over several lines.
    let shownLine =
      line.hasPrefix("You have enabled checking")
      ? "GPG signatures are asked for, and rpm has been given no key that counts: rpm --import"
      : line
    let words = shownLine.split(separator: " ").map { withoutSecrets($0) }
    let text = String(words.joined(separator: " ").prefix(200))
    if !shown.contains(text) { shown.append(text) }
    if shown.count == 3 { break }
  }
  return shown.isEmpty ? nil : shown.joined(separator: "; ")
}

/// The first line that a program printed, to go on after what became of it: without what could act on a
/// terminal, and without what may be a secret in it. Empty where it printed nothing.
func firstLine(of result: CommandResult) -> String {
  let lines =
    result.standardError.text.split(whereSeparator: \.isNewline)
    + result.standardOutput.text.split(whereSeparator: \.isNewline)
  for line in lines {
    let words = line.split(whereSeparator: \.isWhitespace).map(harmless).filter { !$0.isEmpty }
    if !words.isEmpty { return ": \(words.joined(separator: " ").prefix(200))" }
  }
  return ""
}

private func harmless(_ word: Substring) -> String {
  var shown = String.UnicodeScalarView()
  for scalar in word.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: break
    default: shown.append(scalar)
    }
  }
  let text = withoutSecrets(Substring(String(shown)))
  // No word of a message is so long, but a token is.
  let isLong = text.split { !$0.isLetter && !$0.isNumber }.contains { $0.utf8.count > 20 }
  return isLong ? "..." : text
}

private let beginnings = [
  "Error", "Config error:", "error:", "RPM: error", "Problem: ", "- nothing provides", "- package ",
  "You have enabled checking", "Public key", "No provider", "Signature verification failed",
  "Failed to download", "Package ", "Can't ", "System management is locked",
  "The GPG keys listed", "GPG key", "Curl error", "Valid metadata not found", "Skipping repository",
]

/// The words of an error of `zypper --xmlout`; other lines as they are.
private func withoutMarkup(_ line: String) -> String {
  let begin = "<message type=\"error\">"
  guard line.hasPrefix(begin) else { return line }
  let words = line.dropFirst(begin.count)
  return String(words.firstRange(of: "</message>").map { words[..<$0.lowerBound] } ?? words)
}

/// An address without anything but its host, a setting without its value.
private func withoutSecrets(_ word: Substring) -> String {
  if let scheme = word.firstRange(of: "://") {
    let rest = word[scheme.upperBound...]
    // A password may hold a slash: what counts is behind the last @.
    let behind = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
    let host = behind.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // Of a file nothing is secret.
    let isFile = word.hasPrefix("file:")
    return isFile ? String(word) : "\(word[..<scheme.lowerBound])://\(host)/..."
  }
  if word.contains("@"), !word.hasPrefix("@") { return "..." }
  return String(word)
}
