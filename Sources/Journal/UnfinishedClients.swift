internal import Documents

/// What runs told vendors' clients and did not get to verify, as records tell it, in order and over boots:
/// a client stays as it was told. What came of it is known when its group is settled, or when the run
/// that told it, or one that failed with it, has come to its end.
struct UnfinishedClients: Hashable {
  /// One thing that a client was told.
  struct Entry: Hashable {
    var change: ClientChange
    var boot: String
    var run: String
    var number: Int
  }

  private(set) var entries: [Entry] = []
  /// The runs in which one failed.
  private var failed: Set<String> = []

  init(_ records: some Sequence<JournalRecord> = []) {
    for record in records { add(record) }
  }

  mutating func add(_ record: JournalRecord) {
    switch record.event {
    case .intent(let number, .configureClient(let change)):
      // What had come of one that was taken over is known. What is undone is held against the client.
      if record.isUndo || (record.isCarried && !record.isOpen) { return }
      entries.append(
        Entry(change: change, boot: record.bootID, run: record.run, number: number))
    case .settled(let settled):
      entries.removeAll { settled.clients.contains($0.change.service) }
    case .failed(let failure) where failure.action == .configure && failure.cause != .crashed:
      failed.insert(record.run)
    case .end(let result):
      let isFailed = failed.remove(record.run) != nil
      if record.leavesOpen { return }
      entries.removeAll { entry in
        // One whose enabling could not be taken back may be enabled yet.
        (isFailed || entry.run == record.run)
          && !(result == .failed && entry.change.asPackage != nil)
      }
    default: break
    }
  }

  /// Whether a record's change is one of them.
  func has(boot: String, run: String, number: Int) -> Bool {
    entries.contains { $0.boot == boot && $0.run == run && $0.number == number }
  }
}

extension ClientChange {
  /// Enabling a client as the crash guard sees it: it brings live patches, as a package does.
  var asPackage: PackageChange? {
    guard key == "enabled", value == "true" else { return nil }
    return PackageChange(service: service, name: service, package: text, replaces: nil)
  }
}
