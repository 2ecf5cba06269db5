package import Shapes

/// The packages of live patches that Red Hat, and those who build as it does, publish for a kernel:
/// `kpatch-patch-*`, and `kernel-livepatch-*` on Amazon Linux.
package struct VendorPackages: Shaped, Sendable {
  package let version: Located<PackageVersion>?
  package let minimumVersion: Located<PackageVersion>?
  package let plugin: Located<DNFPluginMode>?

  package static let foreignKeys = packageWords.merging(["dnf": "plugin", "mode": "plugin"]) {
    word, _ in word
  }

  package init<S: Shape>(_ shape: inout S) {
    version = shape.optional(
      "version", "exactly this version-release; the latest admitted if neither is said")
    minimumVersion = shape.optional("minimumVersion", "this version-release, or a later one")
    plugin = shape.optional(
      "plugin", "what dnf's kpatch plugin does by itself; as it is where it is left out")
    shape.atMostOne(of: ["version", "minimumVersion"])
  }
}

/// The packages of live patches that SUSE publishes for a kernel: `kernel-livepatch-*`.
package struct SUSEPackages: Shaped, Sendable {
  package let version: Located<PackageVersion>?
  package let minimumVersion: Located<PackageVersion>?

  package static let foreignKeys = packageWords

  package init<S: Shape>(_ shape: inout S) {
    version = shape.optional(
      "version", "exactly this version-release; the latest admitted if neither is said")
    minimumVersion = shape.optional("minimumVersion", "this version-release, or a later one")
    shape.atMostOne(of: ["version", "minimumVersion"])
  }
}

private let packageWords = [
  "minimum": "minimumVersion", "minVersion": "minimumVersion", "exact": "version",
  "latest": "leave it out: the latest version that `cutoff` admits is what is wanted then",
]

/// The version and release of a package as rpm has them, without its name: `1-2.el9_3`.
package struct PackageVersion: FormedText {
  package static let form = TextForm(
    "the version and release of a package, such as 1-2.el9_3", pattern, examples: ["1-2.el9_3"]
  ) { text in
    ["latest", "newest"].contains(text.lowercased())
      ? "leave it out: the latest version that `cutoff` admits is what is wanted then"
      : "write what rpm -q --qf '%{VERSION}-%{RELEASE}' prints"
  }
  private static let pattern = TextPattern(
    .characters("A-Za-z0-9._+~^:", 1...64), .literal("-"), .characters("A-Za-z0-9._+~^", 1...64))
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// What dnf's kpatch plugin does by itself when a kernel is installed (`autoupdate`).
package enum DNFPluginMode: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case auto, manual

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "true", "yes", "on", "automatic": "write auto"
    case "false", "no", "off": "write manual"
    default: nil
    }
  }

  package var about: String {
    switch self {
    case .auto: "it installs the live patches of each kernel"
    case .manual: "it installs nothing by itself"
    }
  }
}
