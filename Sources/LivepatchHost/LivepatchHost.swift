internal import Documents
package import Files
package import SystemPackage

/// A host's kernel and what it runs under, as its files show them: the only door to them.
///
/// It only reads. What changes the kernel is `liveKernel`, which another root than this machine's
/// does not have.
package struct LivepatchHost: Sendable {
  let root: RootDirectory
  let pace: Pace
  /// How long to look again when the kernel was caught in mid-change; ten times as long when what
  /// was read contradicts itself.
  let patience: Duration
  /// What the kernel's symbol table said before in the same run; nil where it is read for each question.
  let symbolMemory: SymbolMemory?

  /// A host below `root`.
  ///
  /// - Throws: `SystemError` when `root` is no directory that can be entered.
  package init(root path: FilePath = "/") throws(SystemError) {
    root = try RootDirectory(path)
    pace = .real
    // Files that are no kernel do not change by waiting.
    patience = root.isLive ? .milliseconds(100) : .zero
    symbolMemory = nil
  }

  init(
    _ root: RootDirectory, pace: Pace, patience: Duration, symbolMemory: SymbolMemory? = nil
  ) {
    self.root = root
    self.pace = pace
    self.patience = patience
    self.symbolMemory = symbolMemory
  }

  /// The same host for one run, which looks at it before it has the lock and again under it: the
  /// kernel's symbol table is read the second time only if modules have come or gone since.
  package func forOneRun() -> LivepatchHost {
    LivepatchHost(root, pace: pace, patience: patience, symbolMemory: SymbolMemory())
  }
}

extension LivepatchHost {
  /// Whether a module, known by name and build ID, replaces all others; nil when nobody knows.
  /// Asked where the kernel does not say it (before 6.11); unknown counts as yes.
  package typealias ReplaceKnowledge = (_ module: String, _ buildID: String?) -> Bool?

  /// Observes the whole host. What could not be read is unknown, and why stands in `unobserved`.
  package func observe(
    replaces: ReplaceKnowledge = { _, _ in nil }
  ) -> Observation {
    var observer = Observer(root: root)
    let pass = settledPass(focus: nil)
    let host = observer.host(pass)
    let live = observer.live(pass, isModular: host.kernel.modules, replaces)
    return Observation(host: host, live: live, unobserved: observer.unobserved)
  }

  /// Observes one module, absent ones too, and no more of the host than decides about it.
  ///
  /// A module that is no live patch reads as `resident`, without `K` in its taint.
  package func observe(
    module: String, replaces: ReplaceKnowledge = { _, _ in nil }
  ) -> ModuleObservation {
    var observer = Observer(root: root)
    let pass = settledPass(focus: module)
    let patches = observer.patches(pass, replaces)
    return ModuleObservation(
      patch: patches.first { $0.module == module } ?? .absent(module),
      unobserved: observer.unobserved)
  }

  /// Reads until nothing was caught in mid-change, or patience is at its end.
  private func settledPass(focus: String?) -> LivePass {
    let begin = pace.now()
    // Contradictions end when whoever is at work does; what is half done may be so for good.
    let end = begin + patience * 10
    var backoff = Backoff(longest: .milliseconds(20))
    while true {
      let pass = LivePass(root, focus: focus)
      switch pass.quality {
      case .settled: return pass
      case .passing: if pace.now() >= begin + patience { return pass }
      case .torn: if pace.now() >= end { return pass }
      }
      backoff.wait(pace, until: end)
    }
  }
}

extension LivePatch {
  fileprivate static func absent(_ module: String) -> LivePatch {
    LivePatch(
      module: module, state: .known(.absent), buildID: nil, replace: .unknown, stackOrder: nil,
      referenceCount: .unknown, taint: .unknown, objects: [])
  }
}
