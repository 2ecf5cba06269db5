internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Files
internal import Glibc
internal import LivepatchHost
internal import Reconciliation
internal import SystemPackage

/// Which host is looked at.
struct HostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the host whose root file system is mounted here; it is never acted on.",
      valueName: "dir"))
  var root: String?

  var isThisHost: Bool { rootPath.lexicallyNormalized() == "/" }
  var layout: HostLayout { HostLayout(root: rootPath) }
  private var rootPath: FilePath { FilePath(root ?? "/") }

  func open(_ output: OutputOptions) throws -> LivepatchHost {
    do throws(SystemError) {
      return try LivepatchHost(root: rootPath)
    } catch {
      throw output.failure(
        .error,
        Diagnostic(
          .rootUnusable, "--root \(rootPath) cannot be entered: \(error)",
          advice: "name a directory that holds a host's root file system"))
    }
  }
}

extension Diagnostic.Code {
  static let rootUnusable = Diagnostic.Code(
    "root-unusable", "The directory that --root names cannot be entered.")
}

/// Where klpolicy keeps its things on this host.
var ownLayout: HostLayout { HostLayout(root: "/") }

/// Whether this process may change the host.
var isRoot: Bool { geteuid() == 0 }

/// How files are trusted: as root only those that only root can have written.
var ownTrust: FileTrust { isRoot ? .rootOwned : .unchecked }

/// The wall clock.
@Sendable func currentTime() -> Timestamp { Timestamp(secondsSinceEpoch: time(nil)) }
