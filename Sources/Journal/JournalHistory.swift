package import Diagnostics
package import Documents
package import Files
package import SystemPackage

/// Reads back as far as somebody wants to look: the current file of the journal, and the earlier
/// ones as they are needed.
package struct JournalHistory: Sendable {
  /// The files that were read, the oldest first, each with its records.
  package private(set) var files: [(path: FilePath, records: [JournalRecord])] = []
  /// Lines that are not as they were written.
  package private(set) var damage: [Diagnostic] = []

  /// - Parameters:
  ///   - path: the current file.
  ///   - trust: which files are believed.
  ///   - isEnough: whether what was read so far, the oldest first, is all that is wanted.
  /// - Throws: `JournalProblem` when a file cannot be read; damaged lines are passed over and told.
  package init(
    _ path: FilePath, trust: FileTrust, until isEnough: ([JournalRecord]) -> Bool
  ) throws(JournalProblem) {
    let earlier: [FilePath]
    do throws(FileProblem) {
      earlier = try JournalFiles(current: path).earlier(trust: trust)
    } catch {
      throw .unreadable(error)
    }
    for file in [path] + earlier.reversed() {
      if isEnough(records) { return }
      guard let bytes = try journalBytes(file, trust: trust) else { continue }
      let lines = JournalLines(bytes, path: file)
      files.insert((file, lines.records), at: 0)
      damage = lines.damage + damage
    }
  }

  /// The oldest first; what a later file took over from an earlier one stands in both.
  private var records: [JournalRecord] { files.flatMap(\.records) }

  /// What was so when a run had ended: the records of its file up to its last one.
  package func records(through run: String) -> [JournalRecord] {
    guard let file = file(of: run),
      let last = file.records.lastIndex(where: { !$0.isCarried && $0.run == run })
    else { return [] }
    return Array(file.records[...last])
  }

  /// What was so when a run began: the records before it in its file, which begins with what still
  /// counted of the files before.
  package func records(before run: String) -> [JournalRecord] {
    guard let file = file(of: run) else { return [] }
    return Array(file.records.prefix { $0.isCarried || $0.run != run || !$0.event.beginsARun })
  }

  /// Whether something in the file in which a run begins is not as it was written.
  package func hasDamageInFile(of run: String) -> Bool {
    let path = file(of: run)?.path.string
    return damage.contains { $0.location?.path == path }
  }

  /// The digests of the builds that were taken off because they had been recalled.
  package func withdrawnBuilds() -> Set<String> { records.withdrawnBuilds() }

  private func file(of run: String) -> (path: FilePath, records: [JournalRecord])? {
    files.first { file in
      file.records.contains { !$0.isCarried && $0.run == run && $0.event.beginsARun }
    }
  }

  /// The runs and words among them.
  package var history: RunHistory {
    RunHistory(
      runs: records.pastRuns().reversed(),
      unread: damage.map {
        RunHistory.Unread(
          path: $0.location?.path ?? "", line: Int($0.location?.position?.line ?? 0),
          message: $0.message)
      })
  }
}

extension Sequence<JournalRecord> {
  /// The runs and words, in the order in which they began.
  package func pastRuns() -> [PastRun] {
    var runs: [PastRun] = []
    var places: [String: Int] = [:]
    var numbers: [Int: [Int: Int]] = [:]
    var builds: [String: ManagedModule] = [:]
    for record in self {
      if record.isCarried {
        if case .intent(_, .load(let build)) = record.event { builds[build.module] = build }
        continue
      }
      switch record.event {
      case .begin(let trigger, let override):
        places[record.run] = runs.count
        runs.append(
          PastRun(
            run: record.run, startedAt: record.at, bootID: record.bootID, kernel: record.kernel,
            trigger: trigger, by: record.by ?? override?.by,
            reason: record.reason ?? override?.reason,
            rollback: record.rollback,
            overridesWindow: override != nil, result: .unknown))
      case .intent(let number, let change):
        if case .load(let build) = change { builds[build.module] = build }
        guard let place = places[record.run] else { continue }
        numbers[place, default: [:]][number] = runs[place].changes.count
        var past = PastChange(
          at: record.at, action: change.action, module: change.module,
          build: builds[change.module], reason: record.reason, isUndo: record.isUndo)
        past.tell(change)
        runs[place].changes.append(past)
      case .outcome(let number, let error):
        guard let place = places[record.run], let change = numbers[place]?[number] else { continue }
        runs[place].changes[change].outcome = error == nil ? .done : .refused
        runs[place].changes[change].errno = error?.errno
      case .end(let result):
        guard let place = places[record.run] else { continue }
        runs[place].result = .known(result)
        runs[place].endedAt = record.at
        let seconds = record.at.secondsSinceEpoch &- runs[place].startedAt.secondsSinceEpoch
        runs[place].durationMilliseconds =
          record.durationMilliseconds ?? Swift.max(0, seconds &* 1000)
      // What a rollback holds is part of it.
      case .hold where places[record.run] != nil, .resume where places[record.run] != nil: break
      case .hold(let patch, let reason, let until, let by):
        runs.append(
          PastRun(
            run: record.run, startedAt: record.at, bootID: record.bootID, trigger: "hold", by: by,
            reason: reason, patch: patch, until: until))
      case .resume(let patch, let by):
        runs.append(
          PastRun(
            run: record.run, startedAt: record.at, bootID: record.bootID, trigger: "resume",
            by: by, patch: patch))
      case .stored(let build):
        guard let place = places[record.run] else { continue }
        runs[place].changes.append(PastChange(build, at: record.at))
      case .settled, .failed, .shutdown, .running, .torn, .rotated: break
      }
    }
    return runs
  }
}

extension JournalRecord.Event {
  fileprivate var beginsARun: Bool { if case .begin = self { true } else { false } }
}

extension Change {
  package var module: String {
    switch self {
    case .load(let build): build.module
    case .disable(let module), .unload(let module), .reverse(let module, _),
      .force(let module):
      module
    case .writeFile(let file), .removeFile(let file): file.module
    case .installPackage(let package), .removePackage(let package): package.package
    case .configureClient(let change): change.text
    }
  }

  fileprivate var action: PastChange.Action {
    switch self {
    case .load: .load
    case .disable: .disable
    case .unload: .unload
    case .reverse: .reverse
    case .force: .force
    case .writeFile, .installPackage: .install
    case .removeFile, .removePackage: .remove
    case .configureClient: .configure
    }
  }
}

extension PastChange {
  /// Takes over what a change says of a vendor's service.
  fileprivate mutating func tell(_ change: Change) {
    switch change {
    case .writeFile(let file), .removeFile(let file):
      (path, service, setting) = (file.path, file.service, file.setting)
    case .installPackage(let change), .removePackage(let change):
      (service, package, replaces) = (change.service, change.package, change.replaces)
    case .configureClient(let change):
      (service, setting, before) = (change.service, change.text, change.before)
    case .load, .disable, .unload, .reverse, .force: break
    }
  }

  fileprivate init(_ stored: StoredBuild, at moment: Timestamp) {
    self.init(
      at: moment, action: .stage, module: stored.module, reason: Reason.notStored.rawValue,
      outcome: .done)
    patch = stored.patch
    policy = stored.policy
    version = stored.version
    sha256 = stored.sha256
    kernel = stored.kernel
  }
}
