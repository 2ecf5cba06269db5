internal import Compatibility
internal import Diagnostics
internal import Documents
internal import HostFacts
internal import PolicyModel
internal import Shapes

/// Which package of the running kernel a policy asks for.
struct WantedPackage {
  var exactly: String?
  var atLeast: String?
  /// The name that the vendor gives packages for this kernel.
  var usualName: String
  /// What installs it, for messages.
  var tool: String
}

/// What repositories have for the running kernel.
struct OfferedPackages {
  /// Absent where nobody asked.
  var offers: Fact<[Services.Offer]>?
  /// The repositories that were asked; absent where nobody looked.
  var repositories: Fact<[String]>?
}

/// Which of what repositories have for the running kernel a policy admits.
extension Planner {
  enum Best {
    case offer(Services.PackageID)
    /// There is none above what is installed.
    case nothing
    case withheld(Withheld)
    /// Whether one is admitted is nothing that anybody could observe.
    case unknowable(Withheld)
  }

  /// The latest that cutoff and age admit, of what the repositories have, over what is installed.
  func best(
    of offers: [Services.Offer], _ repositories: Fact<[String]>?,
    over installed: Services.Package?, _ service: DesiredSet.Service, _ wanted: WantedPackage
  ) -> Best {
    let fitting = offers.filter { isEnough($0.id, wanted) }
    let admitted = fitting.filter { refusal($0, service) == nil }
    // One that failed does not keep a host below the least that is due, where another one is enough.
    let untried = wanted.atLeast == nil ? admitted : admitted.filter { !hasFailed($0.id, service) }
    let best = newest(untried) ?? newest(admitted)
    func isNew(_ id: Services.PackageID) -> Bool {
      installed.map { compare($0.id, id) == .below } ?? true
    }
    if let best, isNew(best.id) { return .offer(best.id) }
    if let undated = newest(fitting.filter { $0.builtAt == nil && isNew($0.id) }),
      refusal(undated, service) != nil
    {
      return .unknowable(
        service.withheld(
          .unverified,
          "\(wanted.tool) does not tell when \(undated.id.nevr) was built, so whether cutoff and "
            + "minimumAge admit it is not known; name a version, or lift them for these packages"))
    }
    let isShort = wanted.atLeast != nil || installed == nil
    if isShort, let refused = newest(fitting), let reason = refusal(refused, service),
      let built = refused.builtAt
    {
      let age = reason == .tooYoung ? service.constraints.minimumAge : nil
      return .withheld(
        service.withheld(
          reason,
          (wanted.atLeast.map { "\($0) is the least that is due, and " } ?? "")
            + "\(refused.id.nevr) was built at \(built), "
            + (reason == .afterCutoff ? "after the cutoff" : "too short a time ago"),
          until: age.map { built.advanced(by: $0.value) }))
    }
    if let least = wanted.atLeast {
      return .withheld(
        service.withheld(
          .artefactMissing,
          "\(least) is the least that is due, and " + noneHas(wanted, repositories)))
    }
    return installed == nil ? .withheld(nothingThere(service, wanted, repositories)) : .nothing
  }

  private func isEnough(_ id: Services.PackageID, _ wanted: WantedPackage) -> Bool {
    guard let least = wanted.atLeast else { return true }
    return compare(id, Services.PackageID(versionRelease: least, like: id)) != .below
  }

  /// A boot that ended by one is another matter: a person sees to that first.
  private func hasFailed(_ id: Services.PackageID, _ service: DesiredSet.Service) -> Bool {
    earlierFailure(.install, of: id.nevra, service.constraints)?.reason == .failedBefore
  }

  private func newest(_ offers: [Services.Offer]) -> Services.Offer? {
    offers.max { compare($0.id, $1.id) == .below }
  }

  /// By when it was built, which is the nearest to a release that rpm knows.
  ///
  /// - Returns: nil where it is admitted.
  private func refusal(_ offer: Services.Offer, _ service: DesiredSet.Service) -> Reason? {
    let (cutoff, age) = (service.constraints.cutoff, service.constraints.minimumAge)
    if cutoff == nil, age == nil { return nil }
    guard let built = offer.builtAt else { return cutoff == nil ? .tooYoung : .afterCutoff }
    if let cutoff, RFC3339.date(built.secondsSinceEpoch) > cutoff.value { return .afterCutoff }
    if let age, input.at < built.advanced(by: age.value) { return .tooYoung }
    return nil
  }

  /// That no repository has what is due, and what to do, to go on in a sentence.
  func noneHas(_ wanted: WantedPackage, _ repositories: Fact<[String]>?) -> String {
    if repositories == .known([]) { return noRepository(wanted) }
    return "as far as \(wanted.tool) has it in its caches no repository has that for this kernel: "
      + refresh(wanted)
  }

  private func noRepository(_ wanted: WantedPackage) -> String {
    "\(wanted.tool) has no repository: register this host with its vendor "
      + (wanted.tool == "dnf" ? "(subscription-manager)" : "(SUSEConnect)")
      + ", or set up and enable the one of the live patches; then \(refresh(wanted))"
  }

  private func refresh(_ wanted: WantedPackage) -> String {
    wanted.tool == "dnf" ? "dnf makecache" : "zypper refresh"
  }

  /// Nothing is installed for this kernel, and nothing is known to be available for it: that may be a kernel
  /// for which nothing is made, and is never taken for a safe one.
  private func nothingThere(
    _ service: DesiredSet.Service, _ wanted: WantedPackage, _ repositories: Fact<[String]>?
  ) -> Withheld {
    let release = input.snapshot.host.kernel.release
    let nothing = "no package of live patches is installed for kernel \(release), and "
    if repositories == .known([]) {
      return service.withheld(.artefactMissing, nothing + noRepository(wanted))
    }
    let names = repositories?.value.map { " (\($0.joined(separator: ", ")))" } ?? ""
    return service.withheld(
      .noBuildForKernel,
      nothing + "none of the repositories that \(wanted.tool) has in its caches\(names) has one: "
        + "\(refresh(wanted)), if they have one by now; enable the vendor's repository of live patches, if "
        + "that is not among them; or boot a kernel that the vendor makes live patches for")
  }
}
