package import Documents

/// A group of changes that is done and verified, its hooks included.
package struct Settled: Hashable, Sendable {
  /// The kernel release that it was verified on.
  package var kernel: String
  /// What is applied now that was not before, in the order of loading.
  package var applied: [ManagedModule]
  /// The modules that are gone.
  package var removed: [String]
  /// How long the applied builds are on probation from now on.
  package var probationSeconds: Int

  package init(
    kernel: String, applied: [ManagedModule], removed: [String], probationSeconds: Int
  ) {
    self.kernel = kernel
    self.applied = applied
    self.removed = removed
    self.probationSeconds = probationSeconds
  }
}
