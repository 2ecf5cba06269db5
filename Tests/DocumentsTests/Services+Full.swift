import Documents
import Shapes

extension Services {
  /// What vendors' services say, with something in every field.
  static let full = Services(
    kpatch: Kpatch(
      modules: .known([
        Module(
          path: "/var/lib/kpatch/6.1.0-56-amd64/a.ko", release: "6.1.0-56-amd64", file: .present,
          module: "a", buildID: "b1", sha256: "00"),
        Module(
          path: "/var/lib/kpatch/6.1.0-56-amd64/b.ko", release: "6.1.0-56-amd64",
          file: .unreadable),
      ]), isUnitEnabled: .known(true)),
    redHat: RedHat(
      packages: .known([
        Package(
          id: PackageID(
            name: "kpatch-patch-5_14_0-362_8_1", version: "1", release: "2.el9_3",
            architecture: "x86_64"),
          kernel: "5.14.0-362.8.1.el9_3.x86_64",
          modules: [
            Module(
              path: "/usr/lib/kpatch/5.14.0-362.8.1.el9_3.x86_64/kpatch-5_14_0-362_8_1-1-2.ko",
              release: "5.14.0-362.8.1.el9_3.x86_64", file: .missing)
          ], builtAt: .test, installedAt: .test),
        Package(
          id: PackageID(
            name: "kpatch-patch-5_14_0-427_13_1", version: "0", release: "0.el9_4",
            architecture: "x86_64"), kernel: nil, modules: []),
      ]),
      available: .known([
        Offer(
          id: PackageID(
            name: "kpatch-patch-5_14_0-362_8_1", epoch: 1, version: "1", release: "3.el9_3",
            architecture: "x86_64"), builtAt: .test)
      ]), repositories: .known(["baseos"]),
      plugin: .known(Plugin(autoupdate: true, autofilter: false))),
    suse: SUSE(
      packages: .known([
        Package(
          id: PackageID(
            name: "kernel-livepatch-5_3_18-24_29-default", version: "2", release: "2.1",
            architecture: "x86_64"), kernel: "5.3.18-24.29-default", modules: [],
          supportedUntil: CalendarDate("2027-06-30").map { .known($0) })
      ]), available: .unknown, repositories: .known([]),
      initrd: .known(
        Initrd(
          path: "/boot/initrd-5.3.18-24.29-default",
          modules: [
            Module(
              path: "/usr/lib/modules/5.3.18-24.29-default/livepatch/livepatch-2.ko", release: nil,
              file: .malformed, sha256: "11")
          ]))),
    canonical: Canonical(
      client: "/snap/bin/canonical-livepatch", version: "11.0.2", isEnabled: .known(true),
      lastCheck: .known(.test), tier: "stable",
      kernels: .known([
        Canonical.Kernel(
          kernel: "6.8.0-1047.50-aws", isRunning: .known(true), checkState: .known(.checkFailed),
          state: .known(.appliedWithBug), version: "121.4",
          fixes: .known([Canonical.Fix(name: "CVE-2026-1", isPatched: .known(true))]),
          supported: .known(.kernelUpgradeRequired),
          upgradeRequiredDate: CalendarDate("2026-10-01").map { .known($0) })
      ]),
      configuration: .known(
        Canonical.Configuration(
          server: "https://livepatch.canonical.com", cutoffDate: .known(.test),
          patchDelay: .known(86400), checkInterval: .unknown))))
}
