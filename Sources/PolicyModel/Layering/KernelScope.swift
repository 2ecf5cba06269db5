internal import Diagnostics
internal import HostFacts
internal import Nodes
internal import Shapes

/// Something that a policy says for the kernels of some releases.
protocol KernelScope: AnyObject, Sendable {
  /// nil is every release.
  var releases: KernelReleasePattern? { get }
  var flavourName: String? { get }
  var packageBuild: String? { get }

  /// Whether it is for the kernel of a host.
  func selection(of subject: Subject) -> Selection
}

extension KernelRule: KernelScope {
  var releases: KernelReleasePattern? { release.value }
  var flavourName: String? { flavour?.value.text }
  var packageBuild: String? { version?.value.text }
}

extension ServiceEntry: KernelScope {
  var releases: KernelReleasePattern? { release?.value }
  var flavourName: String? { flavour?.value.text }
  var packageBuild: String? { nil }

  func selection(of subject: Subject) -> Selection {
    if let release, !release.value.matches(subject.release) {
      return .other(
        "the kernel \(subject.release.text) is not \(release.value.text.quoted)",
        release.place.bareLocation)
    }
    if let flavour, subject.release.flavour != flavour.value.text {
      return .other(
        "the kernel's flavour is " + (subject.release.flavour?.quoted ?? "none")
          + ", not \(flavour.value.text.quoted)", flavour.place.bareLocation)
    }
    return .selected
  }
}
