/// The package that a running kernel came in, as a package URL (purl) names it.
///
/// It follows from what the kernel says of itself, so that no package manager has to be asked, and
/// only where that is certain: a kernel somebody built has no package.
package struct KernelPackage: Hashable, Sendable {
  /// `deb` or `rpm`.
  package let type: String
  /// What scanners call the distribution: `debian`, or two words where they do not agree.
  package let namespaces: [String]
  package let name: String
  package let version: String
  package let architecture: String

  /// Nil where the kernel is none of the distribution's, or of one that is not known.
  ///
  /// - Parameters:
  ///   - id: `ID` of os-release(5).
  ///   - release: `uname -r`.
  ///   - version: `uname -v`.
  ///   - machine: `uname -m`.
  package init?(
    distribution id: String, release: String, version: String, machine: String
  ) {
    let kernel = KernelRelease(release)
    let uname = UnameVersion(version)
    switch id {
    case "debian":
      guard let built = uname.debianVersion, let architecture = debianArchitectures[machine] else {
        return nil
      }
      (type, name, self.version) = ("deb", "linux-image-\(release)", built)
      self.architecture = architecture
    case "ubuntu":
      guard let upload = uname.ubuntuUpload, kernel.scheme == .ubuntu,
        let architecture = debianArchitectures[machine]
      else { return nil }
      (type, name, self.version) =
        ("deb", "linux-image-\(release)", "\(kernel.version).\(upload)")
      self.architecture = architecture
    case "rhel", "centos", "almalinux", "rocky", "ol", "fedora", "amzn":
      guard kernel.scheme == .rpm, kernel.mark != nil, kernel.architecture == machine else {
        return nil
      }
      // The image is in kernel-core; Amazon Linux, and flavours, have packages of other names.
      guard kernel.flavour == nil else { return nil }
      (type, name, self.version) = ("rpm", id == "amzn" ? "kernel" : "kernel-core", kernel.version)
      architecture = machine
    default: return nil
    }
    namespaces = scannersNames[id] ?? [id]
  }

  /// Its purls: type, namespace, name and version, with the architecture as a qualifier.
  ///
  /// There is no `distro` among the qualifiers: a scanner takes a statement for its package only where it
  /// has every qualifier itself, and they name distributions each in its own way (`debian-12.8`,
  /// `debian-12`). Name and version tell distributions apart.
  package var urls: [String] {
    namespaces.map {
      "pkg:\(type)/\(encoded($0))/\(encoded(name))@\(encoded(version))?arch=\(encoded(architecture))"
    }
  }
}

/// What Trivy has as namespace, and where that differs what Syft has, by `ID` of os-release(5).
private let scannersNames = [
  "rhel": ["redhat"], "almalinux": ["alma", "almalinux"], "ol": ["oracle", "ol"],
  "amzn": ["amazon", "amzn"],
]

private let debianArchitectures = [
  "x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64el", "s390x": "s390x",
]

/// Percent-encoded as the purl specification asks: all but letters, digits and `-._~` (a colon may
/// stand as it is).
private func encoded(_ text: String) -> String {
  var result = ""
  for byte in text.utf8 {
    let scalar = Unicode.Scalar(byte)
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", ":":
      result.unicodeScalars.append(scalar)
    default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
  return result
}
