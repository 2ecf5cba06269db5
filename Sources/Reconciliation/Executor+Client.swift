internal import Documents
internal import Files
internal import Glibc
internal import Journal
internal import LivepatchHost
internal import Shapes
internal import SystemPackage
internal import VendorServices

/// A setting of a client that a group has changed, and how it was before.
struct EarlierSetting {
  var setting: Services.Canonical.Setting
  /// As the client has it, with whatever is secret in it; nil where it was not set.
  var value: String?
  /// The same as it may be shown.
  var shown: String?
  /// The path of the client.
  var client: String
  /// Whether the value had a secret in it that died with the run that changed it.
  var isLost = false
  /// Whether it was an earlier run that told the client so.
  var isOfEarlierRun = false
  /// Whether the client may yet do what it was told, whatever its status says: its command was killed, or
  /// nobody saw its end.
  var mayStillCome = false
}

/// Steps that tell Canonical's client something: announced, told, and believed only when the client's own
/// status has it, and the kernel what the client says of it. How its command ended counts for nothing.
extension Executor {
  /// How long a live patch may take from the enabling of the machine until it is in force.
  private static var settlingLimit: Duration { .seconds(120) }

  /// How long the client may say nothing that is understood meanwhile.
  private static var silenceLimit: Duration { .seconds(10) }

  /// Does a step that tells the client something.
  mutating func configureClient(_ step: Step) throws(StepFailure) {
    guard let setting = step.setting.flatMap({ Services.Canonical.Setting($0) }) else {
      throw StepFailure("configure", step.module, "the plan does not say what the client is told")
    }
    // As the step before it was verified, if there was one.
    let before = if let clientNow { clientNow } else { try observedClient() }
    clientNow = nil
    guard let isSo = setting.isSo(in: before), before.isEnabled.value != nil else {
      throw StepFailure(
        "configure", step.module, "how \(before.client) is set cannot be told any more")
    }
    // Somebody else has done it since the plan was made.
    if isSo {
      clientNow = before
      return
    }
    let live = observedPatches()
    let earlier = try earlierValue(setting, before)
    changedClient.append(earlier)
    let answer = try tell(
      ClientChange(
        service: step.service ?? "", key: setting.key, value: setting.value,
        before: earlier.shown, isHidden: earlier.shown != earlier.value), earlier)
    hasChanged = true
    if !answer.hasEnded, setting == .enabled(true), let last = changedClient.indices.last {
      changedClient[last].mayStillCome = true
    }
    let complaint = answer.complaint
    try verify(setting, before, live, complaint)
    if let complaint {
      warnings.append(
        Warning(
          code: Warning.vendorClient,
          message: "\(setting) is so, and \(Services.Canonical.name) complains: it \(complaint)",
          source: step.source))
    }
  }

  /// How a setting is before it is changed.
  private mutating func earlierValue(
    _ setting: Services.Canonical.Setting, _ client: Services.Canonical
  ) throws(StepFailure) -> EarlierSetting {
    if case .enabled(let isEnabled) = setting {
      return EarlierSetting(
        setting: setting, value: "\(!isEnabled)", shown: "\(!isEnabled)", client: client.client)
    }
    guard let settings = clientSettings ?? services.client.settings(client.client) else {
      throw StepFailure(
        "config", client.client,
        "how it is set cannot be told, and nothing is changed that could not be brought back")
    }
    clientSettings = settings
    var shown = settings[setting.key]
    if case .server = setting { shown = client.configuration?.value?.server }
    return EarlierSetting(
      setting: setting, value: settings[setting.key], shown: shown, client: client.client)
  }

  /// Sees that the client has a setting, and that nothing has gone wrong with what is in force.
  private mutating func verify(
    _ setting: Services.Canonical.Setting, _ before: Services.Canonical, _ live: [LivePatch],
    _ complaint: String?
  ) throws(StepFailure) {
    let now = try observedClient()
    guard setting.isSo(in: now) == true else {
      let why = complaint.map { "it \($0)" } ?? "it says that it did"
      let found =
        setting.isSo(in: now) == nil
        ? "whether \(setting) holds cannot be told" : "\(setting) does not hold"
      var failure = StepFailure(
        Services.Canonical.name, "\(setting)",
        "\(found) after \(now.client) was told so (\(why)); see \(now.client) status --verbose")
      failure.phase = .verify
      throw failure.blaming(.passing)
    }
    if case .enabled(false) = setting {
      try verifyDisabled(live)
      return
    }
    if now.isEnabled == .known(false) {
      // Nothing is in force of it, as before.
      if before.isEnabled == .known(false) {
        clientNow = now
        return
      }
      changedClient.append(
        EarlierSetting(
          setting: .enabled(false), value: "true", shown: "true", client: now.client))
      var failure = StepFailure(
        Services.Canonical.name, "\(setting)",
        "the machine is not enabled any more after \(now.client) was told so; see \(now.client) status "
          + "--verbose")
      failure.phase = .verify
      throw failure.blaming(.passing)
    }
    let isNew = setting == .enabled(true)
    let client = try settled(now, isNew: isNew)
    try verify(client, before, live, isNew: isNew)
    clientNow = client
  }

  /// Waits until the client has done what comes of an order, after which it said `first`.
  private mutating func settled(
    _ first: Services.Canonical, isNew: Bool
  ) throws(StepFailure) -> Services.Canonical {
    var client = first
    let end = ContinuousClock.now + Executor.settlingLimit
    var understood = ContinuousClock.now
    while true {
      if interruption.isRequested() {
        throw StepFailure(
          "status", Services.Canonical.name,
          "the run was interrupted while the client was getting its live patch in force",
          ending: .interrupted)
      }
      let isSilent: Bool
      switch client.runningKernel?.state {
      case nil, .unknown, .known(.unknown): isSilent = true
      case .known(.applying): isSilent = false
      case .known(.unapplied) where isNew: isSilent = false
      case .known where isNew:
        switch client.runningKernel?.checkState {
        case .known(.checked), .known(.checkFailed): return client
        case .known(.needsCheck): isSilent = false
        // Whether it has asked its server for live patches at all is not understood.
        case nil, .unknown: isSilent = true
        }
      case .known: return client
      }
      let now = ContinuousClock.now
      if !isSilent { understood = now }
      if now >= end || now >= understood + Executor.silenceLimit {
        var failure = StepFailure(
          "status", client.client,
          isSilent
            ? "what the client says of the running kernel is not understood, so that it went well is "
              + "not taken for granted; see \(client.client) status --verbose"
            : "its live patch is \(client.runningKernel?.state.value?.rawValue ?? "unknown") ("
              + "\(client.runningKernel?.checkState.value?.rawValue ?? "unknown")) after "
              + "\(seconds(Executor.settlingLimit)), and that is not the end of it")
        failure.phase = .verify
        throw failure.blaming(.passing)
      }
      usleep(200_000)
      client = try observedClient()
    }
  }

  /// Holds what the client says of the running kernel against the kernel; `before` is what it said before,
  /// nil where nobody knows that any more.
  private mutating func verify(
    _ client: Services.Canonical, _ before: Services.Canonical?, _ live: [LivePatch], isNew: Bool
  ) throws(StepFailure) {
    func failure(_ message: String, _ fault: StepFailure.Fault) -> StepFailure {
      var failure = StepFailure(
        "status", client.client, "\(message); see \(client.client) status --verbose")
      failure.phase = .verify
      return failure.blaming(fault)
    }
    let kernel = client.runningKernel
    // It was so before, and no setting is to blame.
    let isAsBefore = !isNew && before?.runningKernel?.state == kernel?.state
    switch kernel?.state {
    case .known(.unapplied) where isAsBefore: break
    case nil, .unknown, .known(.unknown), .known(.unapplied), .known(.applying):
      throw failure("the client does not say that its live patch is in force", .passing)
    case .known(let state):
      switch state {
      case .applyFailed, .appliedWithBug, .kernelUpgradeRequired:
        if isAsBefore { break }
        throw failure("the client's live patch is \(state.rawValue)", .certain(.refused))
      case .applied, .nothingToApply, .unapplied, .applying, .unknown: break
      }
    }
    if isNew, kernel?.checkState == .known(.checkFailed) {
      throw failure("the client could not ask its server for live patches", .passing)
    }
    let own = clientModules()
    groupModules.formUnion(own.map(\.module))
    let added = own.filter { patch in
      patch.state.value != .resident && !live.contains { isSame($0, patch) }
    }
    for patch in added {
      adopt(patch, over: live)
      terms.adopt(patch.module, from: Services.Canonical.name)
      expect(patch.module, .applied)
      try complete(patch.module, as: .applied, stoppable: true)
    }
    if let kernel, kernel.state == .known(.applied), !kernel.isApplied(in: observedPatches()) {
      let message =
        "the client calls its live patch \(kernel.version ?? "") applied, and the kernel has no module of "
        + "it applied"
      throw failure(message, isNew ? .certain(.refused) : .passing)
    }
    if isNew, kernel?.state == .known(.nothingToApply) {
      switch kernel?.supported {
      case .known(.unsupported), .known(.kernelEndOfLife), .known(.kernelUpgradeRequired):
        throw failure(
          "the client has no live patches for the running kernel ("
            + "\(kernel?.supported.value?.rawValue ?? ""))", .certain(.refused))
      case .known(.supported), .known(.unknown), .unknown, nil: break
      }
    }
    if isNew, kernel?.state == .known(.nothingToApply), let patch = added.first {
      throw failure(
        "the client says that there is nothing to apply, and the kernel has \(patch.module) since",
        .certain(.refused))
    }
  }

  /// What is in force stays so, unless the client itself takes it off.
  private mutating func verifyDisabled(_ live: [LivePatch]) throws(StepFailure) {
    let before = live.filter { $0.module.hasPrefix(Services.Canonical.modulePrefix) }
    groupModules.formUnion(before.map(\.module))
    for patch in clientModules() {
      groupModules.insert(patch.module)
      terms.adopt(patch.module, from: Services.Canonical.name)
      try complete(patch.module, as: nil, stoppable: true)
    }
    tellStaying(clientModules())
  }

  private mutating func tellStaying(_ modules: [LivePatch]) {
    let left = modules.filter { $0.state == .known(.applied) }.map(\.module)
    if left.isEmpty { return }
    warnings.append(
      Warning(
        code: Warning.vendorClient,
        message:
          "the machine is disabled, and \(left.joined(separator: ", ")) stays in force until a "
          + "reboot"))
  }

  private func clientModules() -> [LivePatch] {
    observedPatches().filter { $0.module.hasPrefix(Services.Canonical.modulePrefix) }
  }

  private func isSame(_ one: LivePatch, _ other: LivePatch) -> Bool {
    one.module == other.module && one.buildID == other.buildID && one.state != .known(.resident)
  }

  /// Takes a module that the client's daemon has loaded for one of the group's: an undo takes it off again,
  /// unless something that it may have taken off cannot come back.
  private mutating func adopt(_ patch: LivePatch, over before: [LivePatch]) {
    payload.insert(patch.module)
    ownLoads.insert(patch.module)
    groupModules.insert(patch.module)
    payload.formUnion(before.filter { $0.state == .known(.applied) }.map(\.module))
  }

  /// Brings back how a client was set before a group, the last setting first. One that does not come back
  /// keeps none of the others.
  ///
  /// - Parameter before: the live patches before the group.
  /// - Returns: what could not be brought back.
  mutating func restoreClient(_ before: [LivePatch]) -> [StepFailure] {
    let changed = changedClient.reversed()
    changedClient = []
    if changed.isEmpty { return [] }
    var failures: [StepFailure] = []
    for earlier in changed {
      do throws(StepFailure) {
        try bringBack(earlier)
      } catch {
        // A client that is gone is so for all of them.
        if failures.last?.message != error.message { failures.append(error) }
      }
    }
    // What its daemon has loaded since the group began goes with it.
    for patch in clientModules()
    where patch.state != .known(.resident) && !before.contains(where: { isSame($0, patch) }) {
      adopt(patch, over: before)
    }
    return failures + leftByUnfinished(before)
  }

  /// What stays in force though a killed run's enabling is taken back: nobody knows any more whether it was
  /// before that, and a fix is not taken off on a guess.
  private func leftByUnfinished(_ before: [LivePatch]) -> [StepFailure] {
    if !services.unfinishedSettings.contains(where: { $0.text == "enabled=true" }) { return [] }
    return clientModules().filter { patch in
      patch.state == .known(.applied) && before.contains { isSame($0, patch) }
    }.map { patch in
      .unverified(
        patch.module,
        "\(patch.module) stays in force until a reboot: a run that was killed had enabled the machine, and "
          + "whether it was in force before that cannot be told any more")
    }
  }

  private mutating func bringBack(_ earlier: EarlierSetting) throws(StepFailure) {
    let client = try observedClient()
    if isBack(earlier, client), !earlier.mayStillCome { return }
    if isOfOthers(earlier, client) {
      warnings.append(
        Warning(
          code: Warning.vendorClient,
          message: "\(earlier.setting.key) is set since, by other hands, and was left alone"))
      return
    }
    if earlier.isLost {
      throw StepFailure(
        Services.Canonical.name, "\(earlier.setting)",
        "\(earlier.setting.key) was \(earlier.shown ?? "another") before, with a password in it that a "
          + "run had which was killed: set it by hand")
    }
    if case .enabled(false) = earlier.setting, services.token == nil {
      throw StepFailure(
        "enable", earlier.client,
        "the machine was enabled before, and no token that can be used is named to enable it again with "
          + "(token.file, token.credential): \(earlier.client) enable")
    }
    let answer = try tell(
      ClientChange(
        service: "canonical", key: earlier.setting.key, value: earlier.shown,
        before: earlier.setting.value), earlier, isUndo: true)
    if !isBack(earlier, try observedClient()) {
      throw StepFailure(
        Services.Canonical.name, "\(earlier.setting)",
        "\(earlier.setting.key) is not back to \(earlier.shown ?? "not being set"): "
          + (answer.complaint.map { "\(earlier.client) \($0)" }
            ?? "\(earlier.client) says that it is"))
    }
    if earlier.mayStillCome, !answer.hasEnded {
      throw StepFailure(
        "disable", earlier.client,
        "neither enable nor disable came to an end, so the client may enable the machine yet; see "
          + "\(earlier.client) status, and \(earlier.client) disable")
    }
  }

  /// Whether what a killed run had told the client is neither so any more nor as it was before: somebody
  /// has set it since.
  private func isOfOthers(_ earlier: EarlierSetting, _ client: Services.Canonical) -> Bool {
    if case .enabled = earlier.setting { return false }
    return earlier.isOfEarlierRun && earlier.setting.isSo(in: client) == false
      && services.client.settings(client.client) != nil && !isBack(earlier, client)
  }

  private func isBack(_ earlier: EarlierSetting, _ client: Services.Canonical) -> Bool {
    if case .enabled(let isEnabled) = earlier.setting {
      return client.isEnabled == .known(!isEnabled)
    }
    guard let settings = services.client.settings(client.client) else { return false }
    let value = settings[earlier.setting.key]
    if !earlier.isLost { return value == earlier.value }
    // Somebody has set it by hand: the same address, and something in it that is not shown.
    return value != earlier.value && client.configuration?.value?.server == earlier.value
  }

  /// What the client says now.
  private func observedClient() throws(StepFailure) -> Services.Canonical {
    let found = host.services(ServiceQuestion(canonical: true), of: host.observe().host)
    guard let client = found.services.canonical else {
      throw StepFailure("open", Services.Canonical.name, "the client is gone from this host")
    }
    return client
  }

  /// Announces a change, has it made, and writes down what became of it.
  ///
  /// - Returns: what the client had to say.
  private mutating func tell(
    _ change: ClientChange, _ earlier: EarlierSetting, isUndo: Bool = false
  ) throws(StepFailure) -> ClientAnswer {
    let intent: Intent
    do throws(SystemError) {
      intent = try journal.announce(.configureClient(change), access: access)
    } catch {
      throw StepFailure(error, "nothing is changed that the journal cannot announce")
    }
    var answer = ClientAnswer()
    let isEnabling = change.key == "enabled" && change.value == "true"
    let outcome = services.client.carryOut(
      intent, client: earlier.client, value: isUndo ? earlier.value ?? "" : nil,
      token: isEnabling ? services.token : nil, under: access, &answer)
    do throws(SystemError) {
      try journal.record(outcome)
    } catch {
      throw StepFailure(
        error, answer.complaint.map { "and before that, \(Services.Canonical.name) \($0)" })
    }
    return answer
  }
}

extension Executor {
  /// What earlier runs told the client and did not get to verify, as it was before that.
  var unfinishedSettings: [EarlierSetting] {
    services.unfinishedSettings.compactMap { change in
      Services.Canonical.Setting(change.text).map { setting in
        EarlierSetting(
          setting: setting, value: change.before, shown: change.before,
          client: services.clientPath, isLost: change.isHidden, isOfEarlierRun: true,
          mayStillCome: setting == .enabled(true))
      }
    }
  }

  /// Verifies what an earlier run told the client, and lets it pass the checks that that run did not get
  /// to; what does not pass them is taken back.
  ///
  /// Being interrupted there undoes nothing: this run has changed nothing yet.
  ///
  /// - Returns: whether it ended as the rest of the plan takes for granted.
  mutating func endSettings(_ steps: [Step]) -> Bool {
    guard let step = steps.first else { return false }
    let before = observedPatches()
    do throws(StepFailure) {
      try verifyUnfinished()
      statuses[step.id] = .done
      try checkHealth(steps)
    } catch {
      giveUp(unfinished: step, of: steps, error, found: before) {
        $0.restore(steps, before: before)
      }
      return false
    }
    settle(steps)
    return true
  }

  private mutating func verifyUnfinished() throws(StepFailure) {
    let client = try observedClient()
    changedClient = changedClient.filter { !isOfOthers($0, client) }
    var last: [String: Services.Canonical.Setting] = [:]
    for earlier in changedClient { last[earlier.setting.key] = earlier.setting }
    for setting in last.values.sorted(by: { $0.key < $1.key }) {
      if setting.isSo(in: client) == true { continue }
      var failure = StepFailure(
        Services.Canonical.name, "\(setting)",
        "a run was ended before it had verified \(setting), or taken it back, and that does not hold"
      )
      failure.phase = .verify
      throw failure.blaming(.passing)
    }
    if client.isEnabled == .known(false) { return }
    let isNew = last["enabled"] == .enabled(true)
    let now = try settled(client, isNew: isNew)
    // Which of them it has brought is not known any more; all of them have to be through their transitions.
    for patch in clientModules() where [.known(.applied), .known(.enabling)].contains(patch.state) {
      groupModules.insert(patch.module)
      terms.adopt(patch.module, from: Services.Canonical.name)
      expect(patch.module, .applied)
      try complete(patch.module, as: .applied, stoppable: true)
    }
    // How it was before is not known either, so nothing is excused by that.
    try verify(now, nil, observedPatches(), isNew: isNew)
  }
}

extension Warning {
  /// A vendor's client did what it was told, and there is something to say of it.
  static let vendorClient = "vendor-client"
}
