internal import Digests
internal import Documents
internal import Files
internal import Journal
internal import LivepatchHost
internal import ModuleFile
internal import VendorServices

/// What a file held before a group changed it; nil for one that was not there.
struct EarlierFile {
  var change: FileChange
  var content: [UInt8]?
}

/// Steps for the services of vendors: each file is announced, changed and read again, and goes back
/// to what it was with its group.
extension Executor {
  /// Why a group of a service is not begun: kpatch gets only what is in force, and a group of this run
  /// that was to bring that about may have failed.
  func notInForce(_ steps: [Step]) -> GateWatch.Refusal? {
    var refusal = GateWatch.Refusal()
    for step in steps where step.action == .install && step.package == nil {
      if isInForce(step) { continue }
      var withheld = Withheld(
        patch: step.patch, module: step.module, reason: .notInForce,
        message:
          "\(step.module) is not applied, and kpatch's directory gets only what is in force; the "
          + "next run does this once it is", source: step.source, openCVEs: [])
      withheld.service = step.service
      refusal.deferred.append(withheld)
    }
    if refusal.isEmpty { return nil }
    refusal.steps = Set(steps.map(\.id))
    return refusal
  }

  private func isInForce(_ step: Step) -> Bool {
    guard let module = step.patch.flatMap({ services.modules[$0] }),
      let live = observedPatch(step.module)
    else { return false }
    return live.state == .known(.applied) && live.buildID?.value == module.buildID
  }

  /// Does a step for a service.
  mutating func change(_ step: Step) throws(StepFailure) {
    guard let service = step.service, let path = step.path, services.files.has(path) else {
      throw StepFailure(
        step.action.rawValue, step.path ?? step.module, "the plan does not say which file it is")
    }
    let earlier = try content(of: path)
    if let setting = step.setting {
      try configure(step, service, path, setting, earlier)
      return
    }
    guard earlier.map({ sha256Hex($0) }) == services.seen[path] else {
      throw StepFailure(
        "read", path,
        "\(path) is another file since the plan was made, by other hands; it was left alone, and the "
          + "next run plans anew")
    }
    if step.action == .install {
      guard let module = step.patch.flatMap({ services.modules[$0] }), isInForce(step) else {
        throw StepFailure(
          "read", path, "\(step.module) is not in force as it was when the group began")
      }
      try make(
        .writeFile(
          FileChange(
            service: service, path: path, module: step.module, sha256: module.sha256)),
        module.bytes, earlier: earlier)
    } else if let earlier {
      try make(
        .removeFile(
          FileChange(
            service: service, path: path, module: step.module, sha256: sha256Hex(earlier))),
        [], earlier: earlier)
    }
  }

  /// Makes a setting in the configuration of dnf's plugin.
  private mutating func configure(
    _ step: Step, _ service: String, _ path: String, _ setting: String, _ earlier: [UInt8]?
  ) throws(StepFailure) {
    guard let earlier, let text = String(validating: earlier, as: UTF8.self),
      let equals = setting.firstIndex(of: "=")
    else {
      throw StepFailure("read", path, "\(path) is gone, or no text, since the plan was made")
    }
    let content = Array(
      pluginConfiguration(
        text, String(setting[..<equals]), String(setting[setting.index(after: equals)...])
      ).utf8)
    try make(
      .writeFile(
        FileChange(
          service: service, path: path, module: step.module, sha256: sha256Hex(content),
          setting: setting)),
      content, earlier: earlier)
  }

  /// Brings back what the files of a group held before it, the last one first.
  mutating func restoreFiles() throws(StepFailure) {
    let changed = changedFiles.reversed()
    changedFiles = []
    for file in changed {
      if try content(of: file.change.path) == file.content { continue }
      var change = file.change
      if let content = file.content {
        change.sha256 = sha256Hex(content)
        try make(.writeFile(change), content, earlier: nil, isUndo: true)
      } else {
        try make(.removeFile(change), [], earlier: nil, isUndo: true)
      }
    }
  }

  /// Takes back what a group has changed of files before it had to wait: it is done whole or not at all.
  mutating func takeBack(_ steps: [Step]) {
    journal.isUndoing = true
    defer { journal.isUndoing = false }
    do throws(StepFailure) {
      try restoreFiles()
      for step in steps where statuses[step.id] == .done { statuses[step.id] = .undone }
    } catch {
      fail(nil, error, phase: .undo)
      isLeftChanged = true
    }
  }

  /// Announces a change, makes it, writes down what became of it, and reads the file again.
  private mutating func make(
    _ change: Change, _ bytes: [UInt8], earlier: [UInt8]?, isUndo: Bool = false
  ) throws(StepFailure) {
    guard let file = change.file else { return }
    let intent: Intent
    do throws(SystemError) {
      intent = try journal.announce(change, access: access)
    } catch {
      throw StepFailure(error, "nothing is changed that the journal cannot announce")
    }
    if !isUndo { changedFiles.append(EarlierFile(change: file, content: earlier)) }
    let outcome = services.files.carryOut(intent, bytes, under: access)
    let refusal = outcome.error
    if refusal == nil { hasChanged = true }
    do throws(SystemError) {
      try journal.record(outcome)
    } catch {
      throw StepFailure(error, refusal.map { "and before that, \($0)" })
    }
    if let refusal { throw StepFailure(refusal, "the file could not be changed") }
    let found = try content(of: file.path).map { sha256Hex($0) }
    let due: String? = if case .writeFile = change { file.sha256 } else { nil }
    if found == due { return }
    var failure = StepFailure(
      "read", file.path,
      "\(file.path) was changed, and then read as "
        + (found.map { "a file of SHA-256 \($0.prefix(12))..." } ?? "absent") + ", where "
        + (due.map { "SHA-256 \($0.prefix(12))..." } ?? "none") + " is due")
    failure.phase = .verify
    throw failure
  }

  private func content(of path: String) throws(StepFailure) -> [UInt8]? {
    do throws(FileProblem) {
      return try services.files.content(of: path)
    } catch {
      throw StepFailure("read", path, error.advice.map { "\(error); \($0)" } ?? "\(error)")
    }
  }
}
