/// What a host has, as a policy of it: what `adopt` writes.
struct AdoptedPolicy {
  /// A live patch in force, defined by the file that its module came from.
  struct Patch {
    var name: String
    var version: String?
    var module: String
    /// Absolute.
    var file: String
    /// Of the file as it lies there.
    var sha256: String
    var buildID: String
    /// nil where neither the module nor the kernel tells.
    var replace: Bool?
    /// A line for each object: `vmlinux: cmdline_proc_show`; empty where the module does not tell.
    var functions: [String]
  }

  /// Which version of a package is wanted.
  enum PackageVersion {
    case exactly(String)
    case atLeast(String)
  }

  /// One vendor's service, with what it has now.
  enum Service {
    /// The patches, by their names here, whose modules are in kpatch's directory.
    case kpatch([String])
    /// Nothing of the plugin where dnf has none.
    case redHat(PackageVersion, plugin: String?)
    case suse(PackageVersion)
    case canonical([Setting])
  }

  /// A setting of Canonical's client, in the order of the policy language.
  enum Setting {
    case flag(String, Bool)
    case text(String, String)

    var key: String {
      switch self {
      case .flag(let key, _), .text(let key, _): key
      }
    }
  }

  var name: String
  var hostname: String
  /// The kernel release that all of it is for.
  var release: String
  /// In the order in which they lie over each other, the lowest first.
  var patches: [Patch] = []
  var services: [Service] = []
  /// What is there and no part of the policy, a sentence each.
  var remarks: [String] = []
}
