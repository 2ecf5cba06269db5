package import Documents
package import Files

/// A change of the kernel's live patches, or of a service's files, as it is written down before it is made.
package enum Change: Hashable, Sendable {
  /// finit_module of a build.
  case load(ManagedModule)
  /// `0` into `enabled`.
  case disable(module: String)
  /// delete_module.
  case unload(module: String)
  /// The opposite of the running transition's direction into `enabled`.
  case reverse(module: String, enabled: Bool)
  /// `1` into `force`: the kernel calls the running transition complete.
  case force(module: String)
  /// A file of a vendor's service is written whole.
  case writeFile(FileChange)
  /// A file of a vendor's service is taken away.
  case removeFile(FileChange)
  /// The host's package manager installs a package.
  case installPackage(PackageChange)
  /// A package is taken off.
  case removePackage(PackageChange)
  /// A vendor's client is told a setting.
  case configureClient(ClientChange)

  /// The file that it changes; nil where it is the kernel.
  package var file: FileChange? {
    switch self {
    case .writeFile(let file), .removeFile(let file): file
    case .load, .disable, .unload, .reverse, .force, .installPackage, .removePackage,
      .configureClient:
      nil
    }
  }

  /// The package that it installs or takes off; nil where it is something else.
  package var package: PackageChange? {
    switch self {
    case .installPackage(let package), .removePackage(let package): package
    case .load, .disable, .unload, .reverse, .force, .writeFile, .removeFile, .configureClient: nil
    }
  }
}

/// The durable announcement of one change: it *is* the journal line, written and synced.
///
/// Only the journal makes one, and the change consumes it, so that nothing can be done that was
/// not announced, and no announcement used twice.
package struct Intent: ~Copyable {
  package let change: Change
  let number: Int

  init(change: Change, number: Int) {
    self.change = change
    self.number = number
  }

  /// The kernel's answer to the change, for the journal to write down.
  package consuming func outcome(_ error: SystemError?) -> Outcome {
    Outcome(change: change, number: number, error: error)
  }
}

/// What became of an intent.
package struct Outcome: ~Copyable {
  package let change: Change
  let number: Int
  /// The kernel's refusal; nil when it accepted. Accepted is not verified: the executor reads the
  /// kernel again.
  package let error: SystemError?
}
