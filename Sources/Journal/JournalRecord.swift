package import Documents

/// One line of the journal.
package struct JournalRecord: Hashable, Sendable {
  package enum Event: Hashable, Sendable {
    /// A run that has work to do begins; with who overrides windows in it, if somebody does.
    case begin(trigger: String, override: Override?)
    /// A change is about to be made; `number` names it within the run.
    case intent(number: Int, Change)
    /// What became of the intent of that number in the same run.
    case outcome(number: Int, error: Refusal?)
    /// The run is over.
    case end(Report.Result)
    /// The line before this one was cut off by a crash.
    case torn
    /// The journal goes on from an earlier file of that name.
    case rotated(from: String)
    /// A person said that a patch, or everything, is to stay as it is, `until` that moment if one
    /// is given. It takes the place of an earlier hold on the same.
    case hold(patch: String?, reason: String, until: Timestamp?, by: String)
    /// A person lifted the hold on a patch, or that on everything.
    case resume(patch: String?, by: String)
    /// A group of changes is done and verified.
    case settled(Settled)
    /// A change of a build failed, or a boot ended by it: it is not to be tried again as it was.
    case failed(BuildFailure)
    /// A build for another installed kernel is in the store.
    case stored(StoredBuild)
    /// The boot is about to end in order.
    case shutdown
    /// It goes on after all: the end that was announced did not come.
    case running
  }

  /// The kernel's refusal of a change.
  package struct Refusal: Hashable, Sendable {
    package var operation: String
    package var path: String
    /// The number of the error (errno(3)).
    package var errno: Int
  }

  package var at: Timestamp
  package var run: String
  /// `/proc/sys/kernel/random/boot_id` of the boot it happened in.
  package var bootID: String
  package var event: Event
  /// Who started the run and on which kernel release, of a record that begins one. Absent in
  /// records of an earlier version.
  package var by: String?
  package var kernel: String?
  /// Why, in a person's words, of a record that begins a run; the step's reason, of an intent.
  package var reason: String?
  /// The run that is rolled back, of a record that begins a rollback, of a hold that it sets, and of the
  /// word that takes such a hold back.
  package var rollback: String?
  /// How long the run took, of a record that ends one.
  package var durationMilliseconds: Int?
  /// Whether the run left a transition running, and what hangs on it unverified, of a record that ends
  /// one.
  package var leavesOpen = false
  /// Whether an intent is to undo what failed.
  package var isUndo = false
  /// Whether it was taken over from an earlier file of the journal, where it stands too.
  package var isCarried = false
  /// The package, as rpm has it, whose verification is given up, of a word that lets go on.
  package var givenUp: String?
  /// Whether nobody had verified the package by then, of an intent that was taken over.
  package var isOpen = false

  init(at: Timestamp, run: String, bootID: String, event: Event) {
    self.at = at
    self.run = run
    self.bootID = bootID
    self.event = event
  }
}

extension Sequence<JournalRecord> {
  /// What klpolicy has loaded in a boot and not unloaded since.
  ///
  /// An intent without an outcome, as a crash leaves it, counts: whether the module is really
  /// there, and whether it is that build, is for the kernel to say.
  package func managedModules(bootID: String) -> [ManagedModule] {
    var managed: [String: ManagedModule] = [:]
    var replaced: [String: ManagedModule] = [:]
    var open: [String: Change] = [:]
    for record in self where record.bootID == bootID {
      switch record.event {
      case .intent(let number, let change):
        open["\(record.run) \(number)"] = change
        switch change {
        case .load(let module):
          replaced[module.module] = managed.updateValue(module, forKey: module.module)
        case .disable(let module):
          managed[module]?.reversal = nil
          managed[module]?.isDisabled = true
        case .reverse(let module, let enabled):
          managed[module]?.reversal = enabled ? .enabling : .disabling
        case .force(let module): managed[module]?.isForced = true
        case .unload, .writeFile, .removeFile, .installPackage, .removePackage, .configureClient:
          break
        }
      case .outcome(let number, let error):
        switch (open.removeValue(forKey: "\(record.run) \(number)"), error) {
        case (.load(let module), .some): managed[module.module] = replaced[module.module]
        case (.unload(let module), nil): managed[module] = nil
        default: break
        }
      case .begin, .end, .torn, .rotated, .hold, .resume, .settled, .failed, .stored, .shutdown,
        .running:
        break
      }
    }
    return managed.values.sorted { $0.module < $1.module }
  }

  /// The holds in force at a moment, that on everything first, then by the patches' names. A hold
  /// outlives the boot it was set in.
  package func holds(at now: Timestamp) -> [Hold] {
    var holds: [String?: Hold] = [:]
    for record in self {
      switch record.event {
      case .hold(let patch, let reason, let until, let by):
        holds[patch] = Hold(
          patch: patch, reason: reason, until: until, by: by, since: record.at,
          rollback: record.rollback)
      case .resume(let patch, _): holds[patch] = nil
      case .begin, .intent, .outcome, .end, .torn, .rotated, .settled, .failed, .stored, .shutdown,
        .running:
        break
      }
    }
    return holds.values.filter { $0.isInForce(at: now) }
      .sorted { ($0.patch ?? "") < ($1.patch ?? "") }
  }

  /// Whether a build replaces every other patch, as it was recorded when it was last loaded, in
  /// whatever boot.
  package func replace(ofModule module: String, buildID: String) -> Bool? {
    var known: Bool?
    for record in self {
      if case .intent(_, .load(let build)) = record.event, build.module == module,
        build.buildID == buildID
      {
        known = build.replace.value
      }
    }
    return known
  }
}
