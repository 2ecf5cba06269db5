package import Shapes

/// The name of a document: like a DNS label, so that it can be a label anywhere.
package struct DocumentName: FormedText {
  package static let form = TextForm(
    "a name of a-z, 0-9, `-` and `.`, at most 63, that begins and ends with a letter or digit",
    TextPattern(.joined("a-z0-9", by: ".-", upTo: 63)), examples: ["web-tier"])
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
    if text.hasSuffix(".ko") { return "leave the .ko out: the file is named by `file`" }
    return nil
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
    let upper = text.uppercased()
    return upper != text && pattern.matches(upper) ? "write it as \(upper)" : nil
  }
  private static let pattern = TextPattern(
    .literal("CVE-"), .characters("0-9", 4...4), .literal("-"), .characters("0-9", 4...19))
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
    text.hasPrefix("http://") ? "publish it by https" : nil
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
      ? "write it in lower case" : nil
  }
  package let text: String
  package init(checked text: String) { self.text = text }
}
