internal import Compatibility
internal import Diagnostics
internal import Documents
internal import HostFacts
internal import PolicyModel

/// What is made of one service, or of one patch in kpatch's directory.
struct ServiceChange {
  /// What is done; nil where it is as it is wanted.
  struct Work {
    var action: Step.Action
    var module: String
    var reason: Reason
    /// The file that is written or taken away; nil where it is none.
    var path: String?
    /// The package that is installed, and the one of its name that it takes the place of.
    var package: Services.PackageID?
    var replaces: Services.PackageID?
    /// The setting that is made: `key=value`.
    var setting: String?
    /// Whether what was before can be brought back.
    var isReversible = true
  }

  let service: DesiredSet.Service
  var work: [Work] = []
  var deferred: [Withheld] = []
  var blocked: [Withheld] = []
  /// What is not done beside the work, and does not keep that from being done.
  var left: [Withheld] = []
  /// How bad what it is about is; nothing makes it urgent to take a file away.
  var severity: Severity?
  /// Whether a build goes because it was withdrawn, which nothing but a hold keeps up.
  var isRecall = false

  init(_ service: DesiredSet.Service) { self.service = service }

  var isWithheld: Bool { !deferred.isEmpty || !blocked.isEmpty }

  /// Whether all that is done is to verify what an earlier run installed, or to undo it.
  var isUnfinished: Bool { work.contains { $0.reason == .unfinished } }
}

/// What is to be done to a service, and what stands in the way of it.
struct ServiceFinding {
  var work: [ServiceChange.Work] = []
  var withheld: [Withheld] = []
  /// What is under way, and ends by itself.
  var waiting: [Withheld] = []
  /// What is not done beside the work, and does not keep that from being done.
  var left: [Withheld] = []
  /// What nobody can ever observe: it is blocked in the plan for another host too.
  var unknowable: [Withheld] = []

  init(
    work: [ServiceChange.Work] = [], withheld: [Withheld] = [], waiting: [Withheld] = [],
    left: [Withheld] = [], unknowable: [Withheld] = []
  ) {
    self.work = work
    self.withheld = withheld
    self.waiting = waiting
    self.left = left
    self.unknowable = unknowable
  }

  /// Those that end by themselves.
  static let reasonsToWait: Set<Reason> = [
    .tooYoung, .afterCutoff, .waveNotReached, .rolloutPaused,
  ]

  static func + (one: ServiceFinding, other: ServiceFinding) -> ServiceFinding {
    ServiceFinding(
      work: one.work + other.work, withheld: one.withheld + other.withheld,
      waiting: one.waiting + other.waiting, left: one.left + other.left,
      unknowable: one.unknowable + other.unknowable)
  }
}

/// What the policies ask of the services of vendors. It is looked at when everything about the kernel
/// is settled: a service gets what is in force, or will be when the plan is done.
extension Planner {
  mutating func judgeServices() {
    if input.options.isUndoing { return }
    for service in input.desired.services {
      var change = ServiceChange(service)
      switch service.wanted {
      case .kpatchPresent(let patch): judge(&change, present: patch)
      case .kpatchAbsent(_, let modules): judge(&change, absent: modules)
      case .redHat(let packages): take(&change, judge(service, packages))
      case .suse(let packages): take(&change, judge(service, packages))
      case .canonical(let client): take(&change, judge(service, client))
      }
      if !change.work.isEmpty, !forbid(&change) { gate(&change) }
      serviceChanges.append(change)
    }
  }

  /// What is found of a service; what cannot be asked of another host is only told.
  private mutating func take(_ change: inout ServiceChange, _ found: ServiceFinding) {
    change.work = found.work
    change.deferred = found.waiting
    change.blocked = found.unknowable
    for withheld in found.left where !isOnlyWarned(of: withheld) { change.left.append(withheld) }
    for withheld in found.withheld where !isOnlyWarned(of: withheld) {
      if ServiceFinding.reasonsToWait.contains(withheld.reason) {
        change.deferred.append(withheld)
      } else {
        change.blocked.append(withheld)
      }
    }
  }

  private mutating func isOnlyWarned(of withheld: Withheld) -> Bool {
    guard withheld.reason == .unverified, input.options.unverified == .warn else { return false }
    warnings.append(
      Warning(
        code: Warning.unverified, message: "\(withheld.service ?? ""): \(withheld.message)",
        source: withheld.source))
    return true
  }

  /// The files in kpatch's directory of the running kernel; nil where they are not known.
  private mutating func kpatchFiles(_ change: inout ServiceChange) -> [Services.Module]? {
    let release = input.snapshot.host.kernel.release
    let known: Fact<[Services.Module]> =
      input.snapshot.services.map { $0.kpatch?.modules ?? .known([]) } ?? .unknown
    guard case .known(let modules) = known else {
      unobserved("kpatch's directory", &change)
      return nil
    }
    let folder = kpatchFolder(release) + "/"
    let files = modules.filter { $0.path.hasPrefix(folder) && $0.file != .missing }
    // What is in a file that nobody can read could be any module.
    if let unreadable = files.first(where: { $0.file == .unreadable }) {
      unobserved(unreadable.path, &change)
      return nil
    }
    warnOfUnit()
    return files
  }

  private mutating func unobserved(_ what: String, _ change: inout ServiceChange) {
    guard input.options.unverified == .block else {
      let warning = Warning(
        code: Warning.unverified,
        message: "\(change.service.kind.rawValue): could not be observed: \(what); reconcile would "
          + "not act",
        source: change.service.source.description)
      if !warnings.contains(where: { $0.message == warning.message }) { warnings.append(warning) }
      return
    }
    change.blocked.append(
      change.service.withheld(
        .unverified, "could not be observed: \(what); nothing is changed on a guess"))
  }

  private mutating func warnOfUnit() {
    guard input.snapshot.services?.kpatch?.isUnitEnabled == .known(false),
      input.desired.services.contains(where: {
        if case .kpatchPresent = $0.wanted { true } else { false }
      }), !warnings.contains(where: { $0.code == Warning.serviceNotStarted })
    else { return }
    warnings.append(
      Warning(
        code: Warning.serviceNotStarted,
        message:
          "systemd does not start kpatch.service at boot, so what is in kpatch's directory is "
          + "not loaded then: systemctl enable kpatch.service"))
  }

  /// Takes away what was withdrawn: kpatch would load it at the next boot.
  private mutating func recall(_ change: inout ServiceChange, _ patch: String) -> Bool {
    let withdrawn = input.desired.withdrawals
    guard !withdrawn.isEmpty, let files = kpatchFiles(&change) else { return false }
    let leaving = files.filter { file in
      withdrawn.contains { build in
        guard build.module == file.module else { return false }
        let record = ground.record(build.module)
        let isRecorded = record?.sha256 == build.sha256 && record?.buildID == file.buildID
        return build.sha256 == file.sha256 || isRecorded
          || (build.buildID != nil && build.buildID == file.buildID)
      }
    }
    let own = Set(
      input.desired.patches.first { $0.name == patch }?.builds.map(\.module) ?? [])
    change.work = leaving.filter { $0.module.map(own.contains) ?? false }.map {
      ServiceChange.Work(
        action: .configure, module: $0.module ?? "", reason: .withdrawn, path: $0.path)
    }
    change.isRecall = !change.work.isEmpty
    return change.isRecall
  }

  private mutating func judge(_ change: inout ServiceChange, present patch: String) {
    let service = change.service
    if unbuilt.contains(where: { $0.patch.name == patch }), recall(&change, patch) { return }
    if satisfied.contains(where: { $0.patch == patch }) { return }
    guard let target = targets.first(where: { $0.patch.name == patch }) else {
      if unbuilt.contains(where: { $0.patch.name == patch }) {
        change.deferred = [notInForce(service, patch, module: nil)]
        return
      }
      change.blocked = [
        service.withheld(
          .requiresUnmet,
          "no policy wants the patch \(patch) on this kernel, and kpatch's directory gets only what is "
            + "in force; name it under kernels, or take it out here")
      ]
      return
    }
    let module = target.build.module
    change.severity = target.patch.severity
    guard !target.isWithheld, let buildID = target.buildID else {
      change.deferred = [notInForce(service, patch, module: module)]
      return
    }
    guard let files = kpatchFiles(&change) else { return }
    let own = "\(kpatchFolder(input.snapshot.host.kernel.release))/\(module).ko"
    let alike = files.filter { $0.module == module || $0.path == own }
    if alike.count > 1 {
      change.blocked = [
        service.withheld(
          .nameClash,
          "\(alike.map(\.path).joined(separator: " and ")) both are the module \(module), and kpatch "
            + "loads whichever comes first; take one of them away", module: module)
      ]
      return
    }
    if let file = alike.first, isBuild(file, module, buildID) { return }
    if case .unusable(let obstacle) = input.serviceArtefacts[patch] {
      change.blocked = [service.withheld(obstacle.reason, obstacle.message, module: module)]
      return
    }
    change.work = [
      ServiceChange.Work(
        action: .install, module: module, reason: alike.isEmpty ? .notInstalled : .otherBuild,
        path: alike.first?.path ?? own)
    ]
  }

  /// Whether a file holds the build in force. Where the journal knows its digest, that counts too.
  private func isBuild(_ file: Services.Module, _ module: String, _ buildID: String) -> Bool {
    guard file.file == .present, file.module == module, file.buildID == buildID else {
      return false
    }
    guard let record = ground.record(module), record.buildID == buildID else { return true }
    return file.sha256 == (record.moduleSHA256 ?? record.sha256)
  }

  private func notInForce(
    _ service: DesiredSet.Service, _ patch: String, module: String?
  ) -> Withheld {
    service.withheld(
      .notInForce,
      "kpatch's directory gets only what is in force, and the patch \(patch) is not; what is there "
        + "stays, and this is done when the patch is applied", module: module)
  }

  private mutating func judge(_ change: inout ServiceChange, absent modules: Set<String>) {
    guard let files = kpatchFiles(&change) else { return }
    let folder = kpatchFolder(input.snapshot.host.kernel.release)
    let own = Set(modules.map { "\(folder)/\($0).ko" })
    // What is no module any more and has the name of one.
    let leaving = files.filter { file in
      file.module.map(modules.contains) ?? own.contains(file.path)
    }
    change.work = leaving.map { file in
      ServiceChange.Work(
        action: .configure, module: file.module ?? modules.sorted().first ?? "",
        reason: .unwanted, path: file.path)
    }
  }

  /// Asks the gates about a change, as about one of the kernel.
  private mutating func gate(_ change: inout ServiceChange) {
    if input.snapshot.host.kernel.switchedOff != .known(false) {
      change.blocked.append(
        change.service.withheld(
          input.snapshot.host.kernel.switchedOff == .known(true)
            ? .disabledByCommandLine : .unverified,
          "klpolicy=off stands on the kernel's command line, or that cannot be told: nothing acts"))
      return
    }
    if input.options.isAtBoot {
      change.deferred.append(
        change.service.withheld(
          .notAtBoot, "at boot services are left as they are; an ordinary run does it"))
      return
    }
    guard let gated = gatedChange(change) else { return }
    if change.isUnfinished {
      // It begins nothing, and undoing is always allowed.
      if let withheld = gated.unusableHook(input.unusableHooks) {
        change.blocked.append(named(withheld, change))
      }
      return
    }
    let judgement = GateJudgement(gated, circumstances)
    gates += judgement.results
    if let withheld = judgement.withheld {
      gates += gated.results(nil)
      change.deferred.append(named(withheld, change))
      return
    }
    if let withheld = judgement.unobserved, input.options.unverified == .block {
      change.blocked.append(named(withheld, change))
      return
    }
    gates += gated.results(input.gateAnswers)
    if let withheld = gated.unusableHook(input.unusableHooks) {
      change.blocked.append(named(withheld, change))
      return
    }
    switch input.gateAnswers.map({ gated.outcome($0) }) ?? .passed {
    case .passed: break
    case .deferred(let withheld): change.deferred.append(named(withheld, change))
    case .blocked(let withheld): change.blocked.append(named(withheld, change))
    }
  }

  private func named(_ withheld: Withheld, _ change: ServiceChange) -> Withheld {
    var withheld = withheld
    withheld.service = change.service.kind.rawValue
    return withheld
  }

  /// What is to be done to services, if nothing else keeps the plan from being carried out.
  var dueServices: [ServiceChange] {
    serviceChanges.filter { !$0.work.isEmpty && !$0.isWithheld }
  }

  func waiting(_ change: ServiceChange, for transition: LiveTransition) -> Withheld {
    change.service.withheld(
      .transitionInProgress,
      "\(transition.module) is \(transition.direction.rawValue), and what comes of it is not known yet",
      module: change.work.first?.module)
  }

  func unverified(_ change: ServiceChange) -> Withheld {
    change.service.withheld(
      .unverified,
      "could not be observed: \(unobservedState.joined(separator: ", ")); nothing is changed on a "
        + "guess", module: change.work.first?.module)
  }

  /// What the files of kpatch's directory were when the plan was made.
  var kpatchBasis: Fact<[String]> {
    guard let services = input.snapshot.services else { return .unknown }
    let folder = kpatchFolder(input.snapshot.host.kernel.release) + "/"
    switch services.kpatch?.modules ?? .known([]) {
    case .unknown: return .unknown
    case .known(let files):
      return .known(
        files.filter { $0.path.hasPrefix(folder) }.map {
          "\($0.path) \($0.sha256 ?? $0.file.rawValue)"
        })
    }
  }

  /// The change as its gates see it; nil where nothing is done.
  func gatedChange(_ change: ServiceChange) -> GatedChange? {
    change.work.first.map { GatedChange(change, $0) }
  }
}

/// How long a package manager may take to download a package, and what it must know for that.
package let downloadTimeLimit: Duration = .seconds(300)

/// How long a package manager is waited for while it installs a package: it runs scripts that wait for
/// a transition.
package let packageTimeLimit: Duration = .seconds(600)

/// How long Canonical's client may take to be set and enabled, to get its live patch in force, and for
/// all of it to be taken back.
package let clientChangeLimit: Duration = .seconds(600)

/// Where kpatch keeps what it loads on a kernel.
package func kpatchFolder(_ release: String) -> String { "/var/lib/kpatch/\(release)" }

extension GatedChange {
  /// Changing a service.
  init(_ change: ServiceChange, _ work: ServiceChange.Work) {
    let service = change.service
    patch = service.patch
    module = work.module
    action = work.action
    policy = service.policy
    severity = change.severity
    constraints = service.constraints
    isRecall = change.isRecall
    isRestoration = false
    refusal = nil
    source = service.source.description
    openCVEs = []
    // What has no patch is held by the name of its service.
    otherName = service.patch == nil ? service.kind.rawValue : nil
    let isLong = change.work.contains { $0.package != nil }
    // Forth, and back where it has to be undone.
    let extra =
      isLong
      ? (downloadTimeLimit + packageTimeLimit) * 2
      : service.kind == .canonical ? clientChangeLimit : .zero
    extraSeconds = Int(extra.components.seconds)
  }

  /// The same where its download is done.
  package var withoutDownload: GatedChange {
    let seconds = Int(downloadTimeLimit.components.seconds)
    var change = self
    change.extraSeconds = max(0, extraSeconds &- seconds)
    if let group = groupSeconds { change.groupSeconds = max(0, group &- seconds) }
    return change
  }
}

extension DesiredSet.Service {
  func withheld(
    _ reason: Reason, _ message: String, module: String? = nil, until: Timestamp? = nil
  ) -> Withheld {
    var withheld = Withheld(
      patch: patch, module: module, reason: reason, message: message, source: source.description,
      until: until, openCVEs: [])
    withheld.service = kind.rawValue
    return withheld
  }
}
