package import HostFacts
package import Nodes
package import Shapes

/// What a policy says of one vendor's service on the hosts it selects, for the kernels of some
/// releases. A host has one service of each kind; exactly one kind stands in an entry.
package final class ServiceEntry: Shaped, Sendable {
  package let release: Located<KernelReleasePattern>?
  package let flavour: Located<Flavour>?
  package let redHat: VendorPackages?
  package let kpatch: KpatchDirectory?
  package let canonical: CanonicalClient?
  package let suse: SUSEPackages?
  package let place: Place

  package static let foreignKeys = [
    "kernel": "release", "kernelRelease": "release", "uname": "release", "redhat": "redHat",
    "rhel": "redHat", "ubuntu": "canonical", "livepatch": "canonical", "sles": "suse",
    "name": "leave it out: a host has one service of each kind",
  ]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    release = shape.optional(
      "release",
      "the kernel release (uname -r): exact, a glob, or a range; every kernel if left out")
    flavour = shape.optional("flavour", "the kernel's flavour, such as default or generic")
    redHat = shape.optional("redHat", "the kpatch-patch packages of Red Hat and its kin, by dnf")
    kpatch = shape.optional("kpatch", "the modules that kpatch loads at boot")
    canonical = shape.optional("canonical", "the client canonical-livepatch")
    suse = shape.optional("suse", "the kernel-livepatch packages of SUSE, by zypper")
    shape.exactlyOne(of: ServiceKind.allCases.map(\.rawValue))
  }

  /// Nil for an entry that was wrong.
  package var kind: ServiceKind? {
    if redHat != nil { return .redHat }
    if kpatch != nil { return .kpatch }
    if canonical != nil { return .canonical }
    return suse == nil ? nil : .suse
  }
}

/// Whose service it is.
package enum ServiceKind: String, CaseIterable, Comparable, Hashable, Sendable {
  case redHat, kpatch, canonical, suse

  package static func < (lhs: ServiceKind, rhs: ServiceKind) -> Bool {
    lhs.rawValue < rhs.rawValue
  }
}

/// The directory of modules from which kpatch.service loads at boot: `/var/lib/kpatch/<release>`.
package struct KpatchDirectory: Shaped, Sendable {
  package let modules: [KpatchModule]

  package init<S: Shape>(_ shape: inout S) {
    modules =
      shape.required(
        "modules", "the patches whose modules are in the directory of the running kernel, or not",
        as: NonEmpty<KpatchModule>.self
      ).items
  }
}

/// A patch whose module kpatch is to load at boot, or is not. A name alone is short for
/// `{name: ...}`.
package struct KpatchModule: Shaped, Sendable {
  package static let shorthand: String? = "name"
  package static let foreignKeys = [
    "patch": "name", "ensure": "state",
    "file": "define the patch under `kernels`, and name it here",
    "sha256": "define the patch under `kernels`, and name it here",
    "version": "say it under `kernels`, where the patch is named",
  ]

  package let name: Located<PatchName>
  package let state: Located<FileState>
  package let module: Located<ModuleName>?
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    name = shape.required("name", "a patch that a policy wants on these kernels")
    state =
      shape.optional("state", "present where it is not said; absent takes the file away")
      ?? Located(.present, at: shape.place)
    module = shape.optional(
      "module", "the module's name, of one that is to be absent and that no document knows")
  }
}

/// Whether a file is there.
package enum FileState: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case present, absent

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "applied", "installed", "enabled", "loaded", "on", "yes", "true":
      "write present, or leave `state` out, which says the same"
    case "removed", "uninstalled", "disabled", "off", "no", "false": "write absent"
    default: nil
    }
  }

  package var about: String {
    switch self {
    case .present: "the file is there, with the build that is in force"
    case .absent: "the file is not there"
    }
  }
}
