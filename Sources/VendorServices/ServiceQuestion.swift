package import Documents
package import Files
internal import Glibc
package import SystemPackage

/// Which vendors' services are to be looked at.
package struct ServiceQuestion: Hashable, Sendable {
  package var kpatch: Bool
  package var redHat: Bool
  package var suse: Bool
  package var canonical: Bool
  /// Whether the repositories are asked too, from what the package managers have of them in their
  /// caches: nothing is downloaded.
  package var offers: Bool

  package init(
    kpatch: Bool = false, redHat: Bool = false, suse: Bool = false, canonical: Bool = false,
    offers: Bool = false
  ) {
    self.kpatch = kpatch
    self.redHat = redHat
    self.suse = suse
    self.canonical = canonical
    self.offers = offers
  }

  /// Whatever the host has, without its repositories.
  package static let everything = ServiceQuestion(
    kpatch: true, redHat: true, suse: true, canonical: true)
}

/// What was found of vendors' services.
package struct ServiceObservation: Hashable, Sendable {
  package var services: Services
  /// What was there and could not be used.
  package var unobserved: [Unobserved]

  package init(services: Services, unobserved: [Unobserved]) {
    self.services = services
    self.unobserved = unobserved
  }
}

/// Where the programs of this machine are, and how long each may take.
package struct ServicePrograms: Hashable, Sendable {
  package var rpm: FilePath
  package var dnf: FilePath
  package var zypper: FilePath
  /// Where the host's own files are, for the paths that programs are given.
  package var root: FilePath
  /// For what reads a database of this machine.
  package var timeLimit: Duration
  /// For a package manager that tells what its caches have of the repositories.
  package var repositoryTimeLimit: Duration
  /// For the client, which has been seen to hang.
  package var clientTimeLimit: Duration
  /// Whose programs are run.
  package var trust: FileTrust

  /// With the trust of whoever runs this process: root runs none that others could have written.
  package init(
    rpm: FilePath = "/usr/bin/rpm", dnf: FilePath = "/usr/bin/dnf",
    zypper: FilePath = "/usr/bin/zypper",
    root: FilePath = "/", timeLimit: Duration = .seconds(60),
    repositoryTimeLimit: Duration = .seconds(60), clientTimeLimit: Duration = .seconds(10)
  ) {
    self.rpm = rpm
    self.dnf = dnf
    self.zypper = zypper
    self.root = root
    self.timeLimit = timeLimit
    self.repositoryTimeLimit = repositoryTimeLimit
    self.clientTimeLimit = clientTimeLimit
    trust = geteuid() == 0 ? .rootOwned : .unchecked
  }
}
