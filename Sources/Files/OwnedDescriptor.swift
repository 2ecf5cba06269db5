package import SystemPackage

/// A file descriptor with one owner: closed when the owner goes.
package struct OwnedDescriptor: ~Copyable, Sendable {
  /// Valid as long as this value lives: give the value a name before you use this, since an
  /// unnamed one is gone as soon as its descriptor has been fetched.
  package let descriptor: FileDescriptor

  /// Takes over `descriptor`; nobody else may close it.
  package init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// Gives the descriptor away: whoever calls this closes it.
  package consuming func release() -> FileDescriptor {
    let descriptor = descriptor
    discard self
    return descriptor
  }

  deinit {
    // Nothing was written through it that is not already synced or given up.
    try? descriptor.close()
  }
}
