package import HostFacts
package import Nodes
package import Shapes

/// Which hosts a policy is for: those of which all that it says is true.
package final class HostSelector: Shaped, Sendable {
  /// Globs of which one must match; one that begins with `!` takes hosts out again.
  package let hostname: [Located<HostnamePattern>]?
  /// Labels that the host's configuration must give it.
  package let labels: Located<Labels>?
  package let distribution: DistributionSelector?
  /// As `uname -m` says it.
  package let architecture: [Located<ArchitectureName>]?
  package let place: Place

  package static let foreignKeys = [
    "matchLabels": "labels", "nodeSelector": "labels", "selector": "labels", "name": "hostname",
    "names": "hostname", "os": "distribution", "distro": "distribution", "arch": "architecture",
  ]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    hostname =
      shape.optional(
        "hostname", "globs of which one must match the host's name; after ! they take hosts out",
        as: NonEmpty<Located<HostnamePattern>>.self)?.items
    labels = shape.optional("labels", "labels that the host's configuration must give it")
    distribution = shape.optional("distribution", "the host's distribution, by os-release(5)")
    architecture =
      shape.optional(
        "architecture", "the processor architectures, as uname -m says them",
        as: NonEmpty<Located<ArchitectureName>>.self)?.items
  }
}

/// A distribution, and perhaps which of its versions.
package struct DistributionSelector: Shaped, Sendable {
  package let id: Located<DistributionID>
  package let version: Located<VersionRange>?

  package static let foreignKeys = ["name": "id", "versionID": "version", "release": "version"]

  package init<S: Shape>(_ shape: inout S) {
    id = shape.required("id", "ID of os-release(5), such as debian, ubuntu or rhel")
    version = shape.optional("version", "VERSION_ID, exact or as a range such as >=12")
  }
}

/// Names and values that a host's configuration gives it, or that a policy asks for.
package struct Labels: ShapedValue, Hashable, Sendable {
  package let values: [String: String]

  package static let nameForm = TextForm(
    "a label's name of letters, digits, `.`, `_`, `/` and `-`, at most 128",
    TextPattern(.characters("A-Za-z0-9._/-", 1...128)))

  package init(_ values: [String: String]) { self.values = values }

  package init<S: ValueShape>(value shape: inout S) {
    values = shape.dictionary(Labels.nameForm, of: String.self)
  }
}

/// A glob for host names; `!` before it takes the hosts that it matches out.
package struct HostnamePattern: FormedText {
  package static let form = TextForm(
    "a host name, a glob of * ? and [...], or one of them after !",
    TextPattern(.characters("A-Za-z0-9._*?!\\^\\[\\]-", 1...255)), examples: ["web-*"]
  ) { text in
    if text.contains(where: { "^$+()|\\{}".contains($0) }) {
      return "it is a glob, and no regular expression: * stands for any characters, ? for one"
    }
    if text.contains(where: { ", ".contains($0) }) { return "write an item for each name" }
    return nil
  }
  package let text: String
  package let glob: Glob

  package init(checked text: String) {
    self.text = text
    glob = Glob(text.hasPrefix("!") ? String(text.dropFirst()) : text)
  }

  /// A text that begins with `^` would match no host's name ever.
  package init<S: ValueShape>(value shape: inout S) {
    self.init(
      checked: shape.text(HostnamePattern.form, or: "") { text in
        text.hasPrefix("^") || text.hasPrefix("!^") ? nil : text
      })
  }

  package var isExclusion: Bool { text.hasPrefix("!") }
}

/// `ID` of os-release(5).
package struct DistributionID: FormedText {
  package static let form = TextForm(
    "a distribution's ID of a-z, 0-9, `.`, `_` and `-`, as os-release has it", pattern
  ) { text in
    let lower = text.lowercased()
    return lower != text && pattern.matches(lower) ? "write \(lower)" : "write one such as debian"
  }
  private static let pattern = TextPattern(.characters("a-z0-9._-", 1...64))
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// A processor architecture as the kernel names it (`uname -m`).
package struct ArchitectureName: FormedText {
  package static let form = TextForm(
    "an architecture as uname -m says it, such as x86_64", pattern
  ) { text in
    kernelNames[text.lowercased()].map { "write \($0), as uname -m does" }
      ?? "write what uname -m says, such as x86_64"
  }
  private static let pattern = TextPattern(.characters("a-z0-9_", 1...32))
  /// What others call them.
  private static let kernelNames = [
    "amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "arm64": "aarch64",
    "ppc64el": "ppc64le",
  ]
  package let text: String
  package init(checked text: String) { self.text = text }

  /// No kernel has the names that others use: a policy for them would be for no host.
  package init<S: ValueShape>(value shape: inout S) {
    self.init(
      checked: shape.text(ArchitectureName.form, or: "") { text in
        ArchitectureName.kernelNames[text] == nil ? text : nil
      })
  }
}

extension VersionRange: ShapedValue {
  package static let form = TextForm(
    "a version, or a range such as >=12 or >=2 <3",
    TextPattern(.characters("A-Za-z0-9._+~:<>=!,^|& -", 1...255)), advice: adviceOnRange)

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(VersionRange.form, or: VersionRange.placeholder) { text in
      try? VersionRange(parsing: text)
    }
  }
}

/// What to write instead of a text that is no range of versions.
private func adviceOnRange(_ text: String) -> String? {
  do throws(VersionRangeError) {
    _ = try VersionRange(parsing: text)
    return nil
  } catch {
    return "\(error.message): \(error.advice)"
  }
}
