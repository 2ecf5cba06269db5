package import SystemPackage

/// Where klpolicy keeps its own things on a host (file-hierarchy(7)).
package struct HostLayout: Hashable, Sendable {
  package let root: FilePath

  /// - Parameter root: `/`, or where another host's root file system is mounted, to read it.
  package init(root: FilePath) {
    self.root = root
  }

  /// What the host says of itself.
  package var configuration: FilePath { root.appending("etc/klpolicy/config.yaml") }
  /// What was done, in order; kept for ever.
  package var journal: FilePath { root.appending("var/lib/klpolicy/journal.ndjson") }
  /// Verified copies of every module that was loaded, by digest.
  package var store: FilePath { root.appending("var/lib/klpolicy/store") }
  /// Held together with `lock`, where nothing is cleaned up during a run.
  package var companionLock: FilePath { root.appending("var/lib/klpolicy/lock") }
  /// Held by the run that may change the host.
  package var lock: FilePath { root.appending("run/klpolicy/lock") }
}
