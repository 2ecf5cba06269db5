package import Documents

/// A host at one moment: a snapshot without what only the journal knows.
package struct Observation: Hashable, Sendable {
  package var host: Host
  package var live: LiveState
  /// What was there and could not be used.
  package var unobserved: [Unobserved]

  package init(host: Host, live: LiveState, unobserved: [Unobserved]) {
    self.host = host
    self.live = live
    self.unobserved = unobserved
  }
}

/// One live patch module at one moment.
package struct ModuleObservation: Hashable, Sendable {
  package var patch: LivePatch
  /// What was there and could not be used.
  package var unobserved: [Unobserved]

  package init(patch: LivePatch, unobserved: [Unobserved]) {
    self.patch = patch
    self.unobserved = unobserved
  }
}
