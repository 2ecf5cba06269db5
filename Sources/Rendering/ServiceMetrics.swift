internal import Documents
internal import Shapes

extension PrometheusText {
  /// What vendors' services say, beside the kernel; nothing of a host without any.
  mutating func addServices(_ status: Status) {
    guard let services = status.services else { return }
    let observed = services.observed
    gauge(
      "klpolicy_service_observed",
      "Whether all that a vendor's service says of itself could be observed",
      observed.map { Sample($0.isWhole ? 1 : 0, ("service", $0.service)) })
    gauge(
      "klpolicy_service_disagreements",
      "Where a vendor's service does not say the same as the kernel, or as another one",
      observed.flatMap { service, _ in
        Disagreement.Kind.allCases.map { kind in
          Sample(
            status.disagreements.count { $0.service == service && $0.kind == kind },
            ("service", service), ("kind", kind.rawValue))
        }
      })
    gauge(
      "klpolicy_service_package_info", "The packages of live patches that are installed",
      services.packages.map { service, package in
        Sample(
          1, ("service", service), ("package", package.id.nevra), ("kernel", package.kernel ?? ""))
      })
  }
}

extension Services {
  /// The services that the host has, and whether all of each is known.
  fileprivate var observed: [(service: String, isWhole: Bool)] {
    [
      kpatch.map { ("kpatch", $0.modules != .unknown) },
      redHat.map { ("redHat", $0.packages != .unknown && $0.plugin != .unknown) },
      suse.map { ("suse", $0.packages != .unknown && $0.initrd != .unknown) },
      canonical.map {
        ("canonical", $0.isEnabled != .unknown && $0.kernels != .unknown)
      },
    ].compactMap { $0 }
  }

  fileprivate var packages: [(service: String, package: Package)] {
    (redHat?.packages.value ?? []).map { ("redHat", $0) }
      + (suse?.packages.value ?? []).map { ("suse", $0) }
  }
}
