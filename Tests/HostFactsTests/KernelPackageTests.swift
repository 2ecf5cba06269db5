import HostFacts
import Testing

@Suite("The package that a kernel came in")
struct KernelPackageTests {
  struct Kernel: CustomTestStringConvertible, Sendable {
    var id: String
    var versionID: String?
    var release: String
    var version: String
    var machine = "x86_64"
    var url: String?

    var testDescription: String { "\(id) \(release)" }
  }

  static let kernels = [
    Kernel(
      id: "debian", versionID: "12", release: "6.1.0-56-cloud-amd64",
      version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-02)",
      url: "pkg:deb/debian/linux-image-6.1.0-56-cloud-amd64@6.1.192-1?arch=amd64&distro=debian-12"),
    Kernel(
      id: "debian", versionID: nil, release: "6.12.117+deb12-arm64",
      version: "#1 SMP Debian 6.12.117-1~bpo12+1 (2026-11-02)", machine: "aarch64",
      url: "pkg:deb/debian/linux-image-6.12.117%2Bdeb12-arm64@6.12.117-1~bpo12%2B1?arch=arm64"),
    Kernel(
      id: "ubuntu", versionID: "22.04", release: "5.15.0-105-generic",
      version: "#115-Ubuntu SMP Mon Apr 15 09:52:04 UTC 2024",
      url: "pkg:deb/ubuntu/linux-image-5.15.0-105-generic@5.15.0-105.115?arch=amd64"
        + "&distro=ubuntu-22.04"),
    Kernel(
      id: "rhel", versionID: "9.4", release: "5.14.0-427.13.1.el9_4.x86_64",
      version: "#1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024",
      url: "pkg:rpm/redhat/kernel-core@5.14.0-427.13.1.el9_4?arch=x86_64&distro=rhel-9.4"),
    // Nothing is made up for a kernel that somebody built, or for a distribution that is not known.
    Kernel(
      id: "debian", versionID: "12", release: "6.1.0-56-cloud-amd64", version: "#1 SMP Mon Nov 2"),
    Kernel(id: "debian", versionID: "12", release: "6.9.0", version: "#1 SMP Debian"),
    Kernel(id: "rhel", versionID: "9.4", release: "6.9.0", version: "#1 SMP"),
    Kernel(id: "arch", versionID: nil, release: "6.9.0-arch1-1", version: "#1 SMP"),
    Kernel(
      id: "debian", versionID: "12", release: "6.1.0-56-amd64",
      version: "#1 SMP Debian 6.1.192-1 (2026-11-02)", machine: "riscv64"),
  ]

  @Test("follows from what it says of itself, or is not known", arguments: kernels)
  func url(_ kernel: Kernel) {
    let package = KernelPackage(
      distribution: kernel.id, distributionVersion: kernel.versionID, release: kernel.release,
      version: kernel.version, machine: kernel.machine)
    #expect(package?.url == kernel.url)
  }
}
