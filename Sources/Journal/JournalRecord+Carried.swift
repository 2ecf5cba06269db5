internal import Documents

extension Sequence<JournalRecord> {
  /// The records with which a new journal begins in the place of one that has these: whatever can
  /// still decide something, in the same order. What is asked of a journal has the same answer
  /// before and after.
  ///
  /// `bootID` is the boot that writes the new journal. The others are over: how they ended is
  /// recorded by then, so nothing is carried that tells it.
  func carried(at now: Timestamp, into bootID: String) -> [JournalRecord] {
    var kept = Carried(boot: bootID)
    for (index, record) in enumerated() { kept.add(record, at: index) }
    kept.unfinished = UnfinishedPackages(self)
    kept.unfinishedClients = UnfinishedClients(self)
    let needed = kept.indices(at: now)
    return enumerated().filter { needed.contains($0.offset) }.map { place, record in
      var record = record
      record.isCarried = true
      record.isOpen = kept.isOpen(place)
      return record
    }
  }
}

/// Which records still matter, by their places.
private struct Carried {
  /// The boot that is not over.
  let boot: String

  /// A change that is not known to have been refused, with what became of it.
  struct Made {
    var run: Run
    var number: Int
    var change: Change
    /// The places of its intent and its outcome.
    var places: [Int]
  }

  struct Run: Hashable {
    var boot: String
    var name: String
  }

  private struct Key: Hashable {
    var run: Run
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
    let run = Run(boot: record.bootID, name: record.run)
    switch record.event {
    case .intent(let number, let change):
      // A change after the mark takes it back, also one that is not carried.
      if run.boot == boot { shutdown = nil }
      changes[index] = Made(run: run, number: number, change: change, places: [index])
      order.append(index)
      open[Key(run: run, number: number)] = index
    case .outcome(let number, let error):
      let key = Key(run: run, number: number)
      guard let intent = open.removeValue(forKey: key) else { return }
      if error == nil || changes[intent]?.isOfClient == true {
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
      if let package = record.givenUp, run.boot == boot { givenUp[package] = index }
      // What a rollback takes back is its own hold.
      if record.rollback == nil { failures.removeAll { $0.name == patch } }
    case .failed(let failure): failures.append((index, failure.name))
    case .settled(let settled):
      for module in settled.applied.map(\.module) + settled.removed {
        settlements[Settlement(kernel: settled.kernel, module: module)] = index
      }
      // Until when one is on probation.
      for package in settled.packages where run.boot == boot {
        settledPackages[package.name] = index
      }
      for client in settled.clients where run.boot == boot { settledPackages[client] = index }
    case .shutdown: if run.boot == boot { shutdown = index }
    case .running: if run.boot == boot { shutdown = nil }
    case .end: if run.boot == boot { ends[run] = index }
    case .begin, .torn, .rotated, .stored: break
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
  /// The same of each package in this boot.
  private var settledPackages: [String: Int] = [:]
  /// The place of the word in this boot by which each was given up.
  private var givenUp: [String: Int] = [:]
  /// The packages that nobody has verified yet.
  var unfinished = UnfinishedPackages()
  /// What clients were told and nobody has verified yet.
  var unfinishedClients = UnfinishedClients()
  /// The place of the last mark of a clean end of this boot.
  private var shutdown: Int?
  /// The place of the end of each run of this boot.
  private var ends: [Run: Int] = [:]

  init(boot: String) { self.boot = boot }

  /// Whether a place is that of the installation of a package that nobody has verified yet.
  func isOpen(_ place: Int) -> Bool {
    if let made = changes[place], made.isOfClient {
      return unfinishedClients.has(boot: made.run.boot, run: made.run.name, number: made.number)
    }
    guard let made = changes[place], case .installPackage(let package) = made.change,
      let open = unfinished.entries[package.name]
    else { return false }
    return open.run == made.run.name && open.boot == made.run.boot && open.change == package
  }

  func indices(at now: Timestamp) -> Set<Int> {
    var needed: Set<Int> = []
    // The last load of each build says what the build is; the last of each module, with what was
    // done to the module since, says whether it is there.
    var loads: [Build: Made] = [:]
    var since: [String: [Made]] = [:]
    // The last unload of each in this boot ends a probation from before it.
    var unloads: [String: Made] = [:]
    // The last changes of each package in this boot, for how they and their probations end.
    var packages: [String: [Made]] = [:]
    for place in order {
      guard let made = changes[place] else { continue }
      if case .unload(let module) = made.change, made.run.boot == boot, made.places.count > 1 {
        unloads[module] = made
      }
      switch made.change {
      case .load(let build):
        loads[Build(module: build.module, buildID: build.buildID)] = made
        since[build.module] = [made]
      case .disable(let module), .unload(let module), .reverse(let module, _),
        .force(let module):
        since[module, default: []].removeAll { $0.isSameKind(as: made.change) }
        since[module, default: []].append(made)
      case .installPackage(let package), .removePackage(let package):
        if isOpen(place) { needed.formUnion(made.places) }
        if made.run.boot != boot { continue }
        // What was in hand or on probation before stays so until this one is known to be done.
        if made.places.count > 1 { packages[package.name] = nil }
        packages[package.name, default: []].append(made)
      case .configureClient(let client):
        if isOpen(place) { needed.formUnion(made.places) }
        guard client.key == "enabled", made.run.boot == boot else { continue }
        if made.places.count > 1 { packages[client.service] = nil }
        packages[client.service, default: []].append(made)
      // What is in a file, the file says.
      case .writeFile, .removeFile: break
      }
    }
    for made in loads.values {
      needed.formUnion(made.places)
      // How its run ended says whether the build was left unverified.
      if let end = ends[made.run] { needed.insert(end) }
    }
    for made in packages.values.joined() {
      needed.formUnion(made.places)
      if let end = ends[made.run] { needed.insert(end) }
    }
    for made in unloads.values { needed.formUnion(made.places) }
    for made in since.values.joined() { needed.formUnion(made.places) }
    needed.formUnion(failures.map(\.place))
    needed.formUnion(settlements.values)
    needed.formUnion(settledPackages.values)
    needed.formUnion(givenUp.values)
    if let shutdown { needed.insert(shutdown) }
    // One that is over by a clock that is wrong now may be in force by the right one.
    for word in words.values where word.hold != nil { needed.insert(word.place) }
    return needed
  }
}

extension Carried.Made {
  /// Whether a vendor's client was told something.
  fileprivate var isOfClient: Bool { if case .configureClient = change { true } else { false } }

  /// Whether a later change of the same module takes the place of this one.
  fileprivate func isSameKind(as other: Change) -> Bool {
    switch (change, other) {
    case (.disable, .disable), (.unload, .unload), (.reverse, .reverse), (.force, .force): true
    default: false
    }
  }
}
