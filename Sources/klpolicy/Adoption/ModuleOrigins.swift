internal import Artefacts
internal import Diagnostics
internal import Documents
internal import Files
internal import ModuleFile
internal import SystemPackage

/// The files that the live patches of a host may have come from: where kpatch and the kernel's
/// packages keep modules, and wherever else somebody says.
struct ModuleOrigins {
  /// A file that a policy can name.
  struct Origin {
    /// As the host names it.
    var path: String
    var sha256: String
    var replace: Bool?
    var version: String?
    var functions: [String]
    /// What the module makes of its patch's name.
    var patch: String
  }

  /// nil where the host is known by a snapshot alone, and only what is asked for is read.
  private let root: FilePath?
  private let trust: FileTrust
  /// By the names that files of theirs have, as the host names the files.
  private var byName: [String: [String]] = [:]
  /// Whatever their names are.
  private var named: [String] = []
  private(set) var problems: [Diagnostic] = []

  /// - Parameters:
  ///   - snapshot: the host, with what its services say.
  ///   - root: where its root file system is; nil if there is only the snapshot.
  ///   - directories: where else to look, as the policy is to name them.
  ///   - trust: whose files a policy on it could name.
  init(_ snapshot: HostSnapshot, root: FilePath?, directories: [String], trust: FileTrust) {
    self.root = root
    self.trust = trust
    let release = snapshot.host.kernel.release
    if root != nil {
      for module in snapshot.services?.kpatch?.modules.value ?? [] where module.release == release {
        if let name = module.module { byName[name, default: []].append(module.path) }
      }
      // Where modules lie that no kernel package brings (modprobe(8), depmod.d(5)).
      for folder in ["livepatch", "updates", "extra"] {
        take("/lib/modules/\(release)/\(folder)", isAsked: false)
      }
    }
    for directory in directories { take(directory, isAsked: true) }
  }

  private mutating func take(_ directory: String, isAsked: Bool) {
    let place = here(directory)
    var search = ModuleSearch(problems: .notAdopted)
    search.run(place)
    if isAsked { problems += search.problems }
    for file in search.files {
      let path = directory + file.string.dropFirst(place.string.utf8.count)
      if isAsked { named.append(path) }
      let name = file.lastComponent?.string.prefix { $0 != "." } ?? ""
      byName[String(name.map { $0 == "-" ? "_" : $0 }), default: []].append(path)
    }
  }

  /// The file that a live module came from: of its name and its build ID.
  ///
  /// - Returns: the first that fits, and what is wrong with files that might have been it.
  func origin(of module: String, buildID: String) -> (origin: Origin?, problems: [String]) {
    var problems: [String] = []
    var tried: Set<String> = []
    for path in (byName[module] ?? []) + named where tried.insert(path).inserted {
      do throws(ArtefactProblem) {
        let artefact = try Artefact(
          reading: here(path), sha256: nil, trust: trust)
        let facts = artefact.facts
        guard facts.name == module else { continue }
        guard facts.buildID == buildID else {
          problems.append("\(path) is another build of it")
          continue
        }
        let identity = ModuleIdentity(facts)
        return (
          Origin(
            path: path, sha256: artefact.sha256, replace: facts.replace, version: identity.version,
            functions: facts.functionLines, patch: identity.patch), []
        )
      } catch {
        problems.append(error.message)
      }
    }
    return (nil, problems)
  }

  /// Where a file of the host is here.
  private func here(_ path: String) -> FilePath {
    guard let root, root != "/" else { return FilePath(path) }
    return root.appending(FilePath(path).removingRoot().components).lexicallyNormalized()
  }
}
