internal import Documents

/// The packages that runs installed and did not get to verify, as records tell it, in their order and
/// over boots: a package stays installed. What became of one is known when its group is settled, when
/// it is undone, or when the run that failed with it has come to its end; and nobody asks any more when a
/// person has given it up.
struct UnfinishedPackages: Hashable {
  /// One of them.
  struct Entry: Hashable {
    var change: PackageChange
    var boot: String
    var run: String
  }

  private struct Key: Hashable {
    var run: String
    var number: Int
  }

  /// An announced change of a package, and what was open before it.
  private struct Announced: Hashable {
    var name: String
    var earlier: Entry?
    var isUndo: Bool
  }

  /// By their names.
  private(set) var entries: [String: Entry] = [:]
  private var announced: [Key: Announced] = [:]
  /// Of each run, the packages that failed in it.
  private var failed: [String: Set<String>] = [:]

  init(_ records: some Sequence<JournalRecord> = []) {
    for record in records { add(record) }
  }

  mutating func add(_ record: JournalRecord) {
    switch record.event {
    case .intent(let number, let change):
      guard let package = change.package else { return }
      let isUndo = if case .installPackage = change { package.isOlder } else { true }
      announced[Key(run: record.run, number: number)] = Announced(
        name: package.name,
        earlier: entries[package.name].flatMap { entry in
          // rpm has told what is installed by now: nobody has to look after anything else.
          entry.change.package == package.replaces ? entry : nil
        }, isUndo: isUndo)
      // What had come of one that was taken over is known.
      if isUndo || (record.isCarried && !record.isOpen) { return }
      entries[package.name] = Entry(
        change: package, boot: record.bootID, run: record.run)
    case .outcome(let number, let error):
      guard let made = announced.removeValue(forKey: Key(run: record.run, number: number)) else {
        return
      }
      if made.isUndo {
        if error == nil { entries[made.name] = nil }
      } else if error != nil {
        entries[made.name] = made.earlier
      }
    case .settled(let settled):
      for package in settled.packages where entries[package.name]?.change.package == package.package
      {
        entries[package.name] = nil
      }
    case .failed(let failure) where failure.action == .install && failure.cause != .crashed:
      failed[record.run, default: []].insert(failure.module)
    case .end(let result): end(record, result)
    case .resume:
      entries = entries.filter { $0.value.change.package != record.givenUp }
    default: break
    }
  }

  /// The end of a run closes what it has installed, unless it leaves that open; and what it failed with,
  /// whoever has installed that.
  private mutating func end(_ record: JournalRecord, _ result: Report.Result) {
    let failed = failed.removeValue(forKey: record.run) ?? []
    announced = announced.filter { $0.key.run != record.run }
    if record.leavesOpen { return }
    for (name, entry) in entries {
      let isOver =
        switch result {
        case .failed, .deferred: false
        case .converged, .applied, .blocked, .restored, .refused: entry.run == record.run
        }
      if isOver || failed.contains(entry.change.package) { entries[name] = nil }
    }
  }

  /// For planning, in the order of their names.
  func packages(in bootID: String?) -> [UnfinishedPackage] {
    entries.values.sorted { $0.change.name < $1.change.name }.map { entry in
      UnfinishedPackage(
        service: entry.change.service, package: entry.change.package,
        replaces: entry.change.replaces,
        before: entry.boot == bootID ? entry.change.before : nil)
    }
  }
}
