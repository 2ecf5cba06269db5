import HostFacts
import Testing

@Suite("The package that a kernel came in")
struct KernelPackageTests {
  struct Kernel: CustomTestStringConvertible, Sendable {
    var id: String
    var release: String
    var version: String
    var machine = "x86_64"
    var urls: [String]?

    var testDescription: String { "\(id) \(release)" }
  }

  static let kernels = [
    Kernel(
      id: "debian", release: "6.1.0-56-cloud-amd64",
      version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-02)",
      urls: ["pkg:deb/debian/linux-image-6.1.0-56-cloud-amd64@6.1.192-1?arch=amd64"]),
    Kernel(
      id: "debian", release: "6.12.117+deb12-arm64",
      version: "#1 SMP Debian 6.12.117-1~bpo12+1 (2026-11-02)", machine: "aarch64",
      urls: ["pkg:deb/debian/linux-image-6.12.117%2Bdeb12-arm64@6.12.117-1~bpo12%2B1?arch=arm64"]),
    Kernel(
      id: "ubuntu", release: "5.15.0-105-generic",
      version: "#115-Ubuntu SMP Mon Apr 15 09:52:04 UTC 2024",
      urls: ["pkg:deb/ubuntu/linux-image-5.15.0-105-generic@5.15.0-105.115?arch=amd64"]),
    Kernel(
      id: "rhel", release: "5.14.0-427.13.1.el9_4.x86_64",
      version: "#1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024",
      urls: ["pkg:rpm/redhat/kernel-core@5.14.0-427.13.1.el9_4?arch=x86_64"]),
    // Scanners do not agree on what these are called: each finds its own name.
    Kernel(
      id: "almalinux", release: "5.14.0-427.13.1.el9_4.x86_64",
      version: "#1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024",
      urls: ["alma", "almalinux"].map {
        "pkg:rpm/\($0)/kernel-core@5.14.0-427.13.1.el9_4?arch=x86_64"
      }),
    Kernel(
      id: "amzn", release: "6.1.79-99.164.amzn2023.x86_64",
      version: "#1 SMP PREEMPT_DYNAMIC Tue Feb 27 18:02:25 UTC 2024",
      urls: ["amazon", "amzn"].map {
        "pkg:rpm/\($0)/kernel@6.1.79-99.164.amzn2023?arch=x86_64"
      }),
    // Nothing is made up for a kernel that somebody built, or for a distribution that is not known.
    Kernel(
      id: "debian", release: "6.1.0-56-cloud-amd64", version: "#1 SMP Mon Nov 2"),
    Kernel(id: "debian", release: "6.9.0", version: "#1 SMP Debian"),
    Kernel(id: "rhel", release: "6.9.0", version: "#1 SMP"),
    Kernel(id: "arch", release: "6.9.0-arch1-1", version: "#1 SMP"),
    Kernel(
      id: "debian", release: "6.1.0-56-amd64",
      version: "#1 SMP Debian 6.1.192-1 (2026-11-02)", machine: "riscv64"),
  ]

  @Test("follows from what it says of itself, or is not known", arguments: kernels)
  func urls(_ kernel: Kernel) {
    let package = KernelPackage(
      distribution: kernel.id, release: kernel.release, version: kernel.version,
      machine: kernel.machine)
    #expect(package?.urls == kernel.urls)
  }
}
