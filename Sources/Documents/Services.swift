package import Shapes

/// What the live-patch services of vendors say of a host: their files, their packages, their clients.
/// The kernel has the last word on what is in force; this is what they believe.
///
/// A service that the host has no files of is absent. What is there and could not be used is unknown,
/// and why stands in the snapshot's `unobserved`.
package struct Services: Hashable, Sendable {
  /// Absent on a host with neither of kpatch's directories.
  package var kpatch: Kpatch?
  /// Absent on a host without rpm and one of the programs that Red Hat's systems install by.
  package var redHat: RedHat?
  /// Absent on a host without zypper.
  package var suse: SUSE?
  /// Absent on a host without the client.
  package var canonical: Canonical?

  package init(
    kpatch: Kpatch? = nil, redHat: RedHat? = nil, suse: SUSE? = nil, canonical: Canonical? = nil
  ) {
    self.kpatch = kpatch
    self.redHat = redHat
    self.suse = suse
    self.canonical = canonical
  }
}

extension Services {
  /// A kernel module in the keeping of a service.
  package struct Module: Hashable, Sendable {
    package enum File: String, CaseIterable, Sendable {
      /// It was read, and is a kernel module.
      case present
      /// A package or a list names it, and it is not there.
      case missing
      case unreadable
      /// It is no kernel module.
      case malformed
    }

    /// Absolute; of a module in an initrd, its path in there with a slash before it.
    package var path: String
    /// The kernel release whose directory it lies in; nil where the path names none.
    package var release: String?
    package var file: File
    /// The name that the kernel gives it; nil unless it is `present`.
    package var module: String?
    /// Its GNU build ID in lower-case hex; nil where it carries none, or unless it is `present`.
    package var buildID: String?
    /// SHA-256 of the file as it lies there; nil unless it was read.
    package var sha256: String?

    package init(
      path: String, release: String?, file: File, module: String? = nil, buildID: String? = nil,
      sha256: String? = nil
    ) {
      self.path = path
      self.release = release
      self.file = file
      self.module = module
      self.buildID = buildID
      self.sha256 = sha256
    }
  }

  /// The files that `kpatch` loads when the host boots.
  package struct Kpatch: Hashable, Sendable {
    /// Those of all releases, in `/var/lib/kpatch` and then in `/usr/lib/kpatch`, by path.
    package var modules: Fact<[Module]>
    /// Whether systemd starts `kpatch.service` at boot, without which none of them is loaded.
    package var isUnitEnabled: Fact<Bool>

    package init(modules: Fact<[Module]>, isUnitEnabled: Fact<Bool>) {
      self.modules = modules
      self.isUnitEnabled = isUnitEnabled
    }
  }
}

extension Services {
  /// By what rpm tells one build of a package from all others.
  package struct PackageID: Hashable, Sendable {
    package var name: String
    /// 0 where the package has none, as rpm compares it.
    package var epoch: Int
    package var version: String
    package var release: String
    package var architecture: String

    package init(
      name: String, epoch: Int = 0, version: String, release: String, architecture: String
    ) {
      self.name = name
      self.epoch = epoch
      self.version = version
      self.release = release
      self.architecture = architecture
    }

    /// `1-2.el9_3`.
    package var versionRelease: String { "\(version)-\(release)" }
    /// As dnf and zypper take it: `name-[epoch:]version-release`.
    package var nevr: String {
      "\(name)-\(epoch == 0 ? "" : "\(epoch):")\(versionRelease)"
    }
    /// The same with its architecture.
    package var nevra: String { "\(nevr).\(architecture)" }
  }

  /// An installed package of live patches for one kernel.
  package struct Package: Hashable, Sendable {
    package var id: PackageID
    /// The kernel release that it is for, by its payload or by what it provides; nil where neither
    /// names one.
    package var kernel: String?
    /// The modules in its payload. Red Hat's version `0-0` has none: it only subscribes.
    package var modules: [Module]
    /// When it was built, which is the nearest to a release date that rpm knows.
    package var builtAt: Timestamp?
    package var installedAt: Timestamp?
    /// The last day on which it is supported, as SUSE's lifecycle data have it; absent where they
    /// say nothing.
    package var supportedUntil: Fact<CalendarDate>?

    package init(
      id: PackageID, kernel: String?, modules: [Module], builtAt: Timestamp? = nil,
      installedAt: Timestamp? = nil, supportedUntil: Fact<CalendarDate>? = nil
    ) {
      self.id = id
      self.kernel = kernel
      self.modules = modules
      self.builtAt = builtAt
      self.installedAt = installedAt
      self.supportedUntil = supportedUntil
    }

    /// Whether it is the package that stands for a kernel without live patches as yet.
    package var isEmpty: Bool { modules.isEmpty }
  }

  /// A package that a repository has.
  package struct Offer: Hashable, Sendable {
    package var id: PackageID
    package var builtAt: Timestamp?

    package init(id: PackageID, builtAt: Timestamp? = nil) {
      self.id = id
      self.builtAt = builtAt
    }
  }

  /// Live patches as Red Hat packages them, and those who do as it does: `kpatch-patch-*`, and on
  /// Amazon Linux `kernel-livepatch-*`.
  package struct RedHat: Hashable, Sendable {
    /// Those of all kernels, by name and version.
    package var packages: Fact<[Package]>
    /// What the repositories have for the running kernel; absent where nobody asked.
    package var available: Fact<[Offer]>?
    /// The repositories that were asked, by their names; absent where nobody looked, which somebody does
    /// only where they have nothing.
    package var repositories: Fact<[String]>?
    /// What dnf's kpatch plugin does by itself; absent where it is not installed.
    package var plugin: Fact<Plugin>?

    package init(
      packages: Fact<[Package]>, available: Fact<[Offer]>? = nil,
      repositories: Fact<[String]>? = nil, plugin: Fact<Plugin>? = nil
    ) {
      self.packages = packages
      self.available = available
      self.repositories = repositories
      self.plugin = plugin
    }
  }

  /// `/etc/dnf/plugins/kpatch.conf`.
  package struct Plugin: Hashable, Sendable {
    /// `autoupdate`: whether it installs the live patches of each kernel that is installed.
    package var autoupdate: Bool
    /// `autofilter`: whether it hides kernels that no live patches are made for.
    package var autofilter: Bool

    package init(autoupdate: Bool, autofilter: Bool) {
      self.autoupdate = autoupdate
      self.autofilter = autofilter
    }
  }

  /// Live patches as SUSE packages them.
  package struct SUSE: Hashable, Sendable {
    /// `kernel-livepatch-*` and `kgraft-patch-*` of all kernels, by name and version.
    package var packages: Fact<[Package]>
    /// What the repositories have for the running kernel; absent where nobody asked.
    package var available: Fact<[Offer]>?
    /// The repositories that were asked, by their names; absent where nobody looked, which somebody does
    /// only where they have nothing.
    package var repositories: Fact<[String]>?
    /// What the running kernel's initrd loads at boot; absent where it has no initrd.
    package var initrd: Fact<Initrd>?

    package init(
      packages: Fact<[Package]>, available: Fact<[Offer]>? = nil,
      repositories: Fact<[String]>? = nil, initrd: Fact<Initrd>? = nil
    ) {
      self.packages = packages
      self.available = available
      self.repositories = repositories
      self.initrd = initrd
    }
  }

  /// The live patches in an initrd.
  package struct Initrd: Hashable, Sendable {
    package var path: String
    package var modules: [Module]

    package init(path: String, modules: [Module]) {
      self.path = path
      self.modules = modules
    }

    /// Whether it does not have this very build of a module.
    package func lacks(_ module: Module) -> Bool {
      !modules.contains { $0.module == module.module && $0.buildID == module.buildID }
    }
  }
}
