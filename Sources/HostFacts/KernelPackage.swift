/// The package that a running kernel came in, as a package URL (purl) names it.
///
/// It follows from what the kernel says of itself, so that no package manager has to be asked, and
/// only where that is certain: a kernel somebody built has no package.
package struct KernelPackage: Hashable, Sendable {
  /// `deb` or `rpm`.
  package let type: String
  /// The distribution: `debian`.
  package let namespace: String
  package let name: String
  package let version: String
  package let architecture: String
  /// `debian-12`; nil where the distribution has no versions.
  package let distribution: String?

  /// Nil where the kernel is none of the distribution's, or of one that is not known.
  ///
  /// - Parameters:
  ///   - id: `ID` of os-release(5).
  ///   - distributionVersion: `VERSION_ID` of the same.
  ///   - release: `uname -r`.
  ///   - version: `uname -v`.
  ///   - machine: `uname -m`.
  package init?(
    distribution id: String, distributionVersion: String?, release: String, version: String,
    machine: String
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
    namespace = id == "rhel" ? "redhat" : id == "ol" ? "oracle" : id == "amzn" ? "amazon" : id
    self.distribution = distributionVersion.map { "\(id)-\($0)" }
  }

  /// The purl: type, namespace, name and version, with architecture and distribution as qualifiers.
  package var url: String {
    "pkg:\(type)/\(encoded(namespace))/\(encoded(name))@\(encoded(version))"
      + "?arch=\(encoded(architecture))" + (distribution.map { "&distro=\(encoded($0))" } ?? "")
  }
}

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
