internal import Documents

extension Sequence<JournalRecord> {
  /// The records with which a new journal begins in the place of one that has these: whatever can
  /// still decide something, in the same order. What is asked of a journal has the same answer
  /// before and after.
  func carried(at now: Timestamp) -> [JournalRecord] {
    var kept = Carried()
    for (index, record) in enumerated() { kept.add(record, at: index) }
    let needed = kept.indices(at: now)
    return enumerated().filter { needed.contains($0.offset) }.map { _, record in
      var record = record
      record.isCarried = true
      return record
    }
  }
}

/// Which records still matter, by their places.
private struct Carried {
  /// A change that is not known to have been refused, with what became of it.
  struct Made {
    var boot: String
    var change: Change
    /// The places of its intent and its outcome.
    var places: [Int]
  }

  private struct Key: Hashable {
    var boot: String
    var run: String
    var number: Int
  }

  private struct Build: Hashable {
    var module: String
    var buildID: String
  }

  /// In their order.
  private var changes: [Int: Made] = [:]
  private var order: [Int] = []
  private var open: [Key: Int] = [:]
  /// The place of the last word on each patch, or on everything (nil), and the hold that it is.
  private var words: [String?: (place: Int, hold: Hold?)] = [:]

  mutating func add(_ record: JournalRecord, at index: Int) {
    switch record.event {
    case .intent(let number, let change):
      changes[index] = Made(boot: record.bootID, change: change, places: [index])
      order.append(index)
      open[Key(boot: record.bootID, run: record.run, number: number)] = index
    case .outcome(let number, let error):
      let key = Key(boot: record.bootID, run: record.run, number: number)
      guard let intent = open.removeValue(forKey: key) else { return }
      if error == nil {
        changes[intent]?.places.append(index)
      } else {
        changes[intent] = nil
      }
    case .hold(let patch, let reason, let until, let by):
      words[patch] = (
        index, Hold(patch: patch, reason: reason, until: until, by: by, since: record.at)
      )
    case .resume(let patch, _):
      words[patch] = nil
      failures.removeAll { $0.name == patch }
    case .failed(let failure): failures.append((index, failure.name))
    case .settled(let settled):
      for module in settled.applied.map(\.module) + settled.removed {
        settlements[Settlement(kernel: settled.kernel, module: module)] = index
      }
    case .shutdown: shutdown = index
    case .begin, .end, .torn, .rotated: break
    }
  }

  private struct Settlement: Hashable {
    var kernel: String
    var module: String
  }

  /// The places of what is not to be tried again, and the names that it goes by.
  private var failures: [(place: Int, name: String)] = []
  /// The place of the last word on each module on each kernel.
  private var settlements: [Settlement: Int] = [:]
  /// The place of the last clean end.
  private var shutdown: Int?

  func indices(at now: Timestamp) -> Set<Int> {
    var needed: Set<Int> = []
    // The last load of each build says what the build is; the last of each module, with what was
    // done to the module since, says whether it is there.
    var loads: [Build: Made] = [:]
    var since: [String: [Made]] = [:]
    for place in order {
      guard let made = changes[place] else { continue }
      switch made.change {
      case .load(let build):
        loads[Build(module: build.module, buildID: build.buildID)] = made
        since[build.module] = [made]
      case .disable(let module), .unload(let module), .reverse(let module, _),
        .force(let module):
        since[module, default: []].removeAll { $0.isSameKind(as: made.change) }
        since[module, default: []].append(made)
      }
    }
    for made in loads.values { needed.formUnion(made.places) }
    for made in since.values.joined() { needed.formUnion(made.places) }
    needed.formUnion(failures.map(\.place))
    needed.formUnion(settlements.values)
    if let shutdown { needed.insert(shutdown) }
    for word in words.values where word.hold?.isInForce(at: now) == true {
      needed.insert(word.place)
    }
    return needed
  }
}

extension Carried.Made {
  /// Whether a later change of the same module takes the place of this one.
  fileprivate func isSameKind(as other: Change) -> Bool {
    switch (change, other) {
    case (.disable, .disable), (.unload, .unload), (.reverse, .reverse), (.force, .force): true
    default: false
    }
  }
}
