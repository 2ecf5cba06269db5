package import Shapes

/// The name of a document: like a DNS label, so that it can be a label anywhere.
package struct DocumentName: FormedText {
  package static let form = TextForm(
    "a name of a-z, 0-9, `-` and `.`, at most 63, that begins and ends with a letter or digit",
    pattern, examples: ["web-tier"]
  ) { text in
    let meant = String(text.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
    guard meant != text, pattern.matches(meant) else { return nil }
    // What is a number, or true or false, without quotes needs them still.
    let isPlain = meant.first?.isLetter == true && !["true", "false", "null"].contains(meant)
    return "write \(isPlain ? meant : "\"\(meant)\"")"
  }
  private static let pattern = TextPattern(.joined("a-z0-9", by: ".-", upTo: 63))
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The name of a patch, the same for all its builds.
package struct PatchName: FormedText {
  package static let form = TextForm(
    "a name of letters, digits, `.`, `_` and `-`, at most 128, that begins with a letter or digit",
    TextPattern(.characters("A-Za-z0-9", 1...1), .characters("A-Za-z0-9._-", 0...127)),
    examples: ["cve-2026-0042"])
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The name of a kernel module as the kernel writes it (`MODULE_NAME_LEN` less its NUL).
package struct ModuleName: FormedText {
  package static let form = TextForm(
    "a module name of letters, digits and `_`, at most 55", pattern, examples: ["klp_cve_2026_0042"]
  ) { text in
    let kernelName = String(text.map { $0 == "-" ? "_" : $0 })
    if pattern.matches(kernelName) {
      return "write \(kernelName): the kernel has `_` where the file name has `-`"
    }
    guard let file = text.split(separator: "/").last, file.contains(".ko") || text.contains("/")
    else { return nil }
    let name = file.prefix { $0 != "." }.map { $0 == "-" ? "_" : $0 }
    return pattern.matches(String(name))
      ? "write the name alone: \(String(name)); the file is named by `file`" : nil
  }
  private static let pattern = TextPattern(.characters("A-Za-z0-9_", 1...55))
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// An identifier of the CVE list: `CVE-2026-0042`.
package struct CVE: FormedText {
  package static let form = TextForm(
    "a CVE identifier such as CVE-2026-0042", pattern, examples: ["CVE-2026-0042"]
  ) { text in
    let words = text.uppercased().split { " ,;".contains($0) }.map(identifier)
    if words.isEmpty || words.contains(nil) { return "write it as CVE-2026-0042" }
    let all = words.compactMap(\.self).joined(separator: ", ")
    return words.count == 1 ? "write it as \(all)" : "write an item for each: [\(all)]"
  }
  private static let pattern = TextPattern(
    .literal("CVE-"), .characters("0-9", 4...4), .literal("-"), .characters("0-9", 4...19))

  /// `CVE-2026-0042` of `2026-42`: numbers have four digits at least.
  private static func identifier(_ text: Substring) -> String? {
    let parts = text.split { "-_".contains($0) }.drop { $0 == "CVE" }
    guard parts.count == 2, let year = parts.first, let number = parts.last else { return nil }
    let digits = String(repeating: "0", count: max(0, 4 - number.utf8.count)) + number
    let identifier = "CVE-\(year)-\(digits)"
    return pattern.matches(identifier) ? identifier : nil
  }

  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The version of a build, by which builds of a patch are ordered.
package struct BuildVersion: FormedText {
  package static let form = TextForm(
    "a version of letters, digits, `.`, `_`, `+`, `~`, `:` and `-`, at most 128",
    TextPattern(.characters("A-Za-z0-9._+~:-", 1...128)), examples: ["1", "2.1-3"])
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// SHA-256 of an artefact as it was published.
package struct Digest: FormedText {
  package static let form = TextForm.sha256
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The path of a module file: relative to the policy file's directory, or absolute.
package struct ArtefactPath: ShapedValue, Hashable, Sendable {
  package let text: String

  /// The kernel's limit is in bytes (`PATH_MAX`); a path of that many characters that has more
  /// bytes is told when the file is opened.
  private static let form = TextForm(
    "the path of a file, of 1 to 4095 characters without NUL",
    TextPattern(.anyCharacters(but: "\0", 1...4095)), examples: ["modules/klp_cve_2026_0042.ko"])

  package init<S: ValueShape>(value shape: inout S) {
    text = shape.text(ArtefactPath.form, or: "") { $0 }
  }
}

/// Where a module file is published: https, so that nobody on the way sees or changes it.
package struct ArtefactURL: FormedText {
  package static let form = TextForm(
    "a URL that begins with https://", pattern
  ) { text in
    if text.hasPrefix("http://"), !text.contains("@") {
      return "write https://\(text.dropFirst(7)): nobody on the way may see or change the file"
    }
    if text.hasPrefix("/") || text.hasPrefix("file:") { return "name a file by `file`, not `url`" }
    if text.contains("@") { return "write https:// and the server, without a user before it" }
    return pattern.matches("https://" + text) ? "write https://\(text)" : nil
  }
  private static let pattern = TextPattern(
    .literal("https://"), .characters("A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-", 1...2000))
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// A GNU build ID in hex, as `file` and `readelf -n` print it.
package struct BuildID: FormedText {
  package static let form = TextForm(
    "a GNU build ID in lower-case hex", TextForm.hexadecimal.pattern
  ) { text in
    let lower = text.lowercased()
    return lower != text && TextForm.hexadecimal.pattern?.matches(lower) == true
      ? "write it in lower case: \(lower)"
      : "write what readelf -n prints behind Build ID"
  }
  package let text: String
  package init(checked text: String) { self.text = text }
}
