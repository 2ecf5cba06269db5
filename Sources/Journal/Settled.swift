package import Documents

/// A group of changes that is done and verified, its hooks included.
package struct Settled: Hashable, Sendable {
  /// The kernel release that it was verified on.
  package var kernel: String
  /// What is applied now that was not before, in the order of loading.
  package var applied: [ManagedModule]
  /// The modules that are gone.
  package var removed: [String]
  /// The packages that were installed, by this run or by one that did not get to verify them.
  package var packages: [PackageChange]
  /// The services whose client is as it was told, by this run or by one that did not get to verify it.
  package var clients: [String]
  /// How long the applied builds, and the packages, are on probation from now on.
  package var probationSeconds: Int

  package init(
    kernel: String, applied: [ManagedModule], removed: [String], packages: [PackageChange] = [],
    clients: [String] = [], probationSeconds: Int
  ) {
    self.clients = clients
    self.packages = packages
    self.kernel = kernel
    self.applied = applied
    self.removed = removed
    self.probationSeconds = probationSeconds
  }
}
