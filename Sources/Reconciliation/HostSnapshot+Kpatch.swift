internal import Artefacts
internal import Digests
internal import Documents
internal import Files
internal import ModuleFile
internal import Planning
internal import SystemPackage

extension HostSnapshot {
  /// Looks at what kpatch.service would load on the running kernel.
  mutating func observeKpatch(below root: FilePath) {
    let path = kpatchFolder(host.kernel.release)
    let folder = root.pushing(FilePath(path).removingRoot)
    var files: [Services.Module] = []
    do throws(FileProblem) {
      let entries = try listTrusted(folder, trust: .unchecked)
      for entry in entries where entry.name.string.hasSuffix(".ko") {
        files.append(
          module("\(path)/\(entry.name)", at: folder.appending(entry.name)))
      }
    } catch {
      guard error.kind != .absent else {
        services = HostSnapshot.unasked
        return
      }
      unobserved.append(
        Unobserved(path: path, problem: .unreadable, message: error.description))
      services = HostSnapshot.unasked
      services?.kpatch = Services.Kpatch(modules: .unknown, isUnitEnabled: .unknown)
      return
    }
    files.sort { $0.path < $1.path }
    services = HostSnapshot.unasked
    services?.kpatch = Services.Kpatch(modules: .known(files), isUnitEnabled: .unknown)
  }

  /// The services that nobody was asked about: what they say is not known.
  private static let unasked = Services(
    redHat: Services.RedHat(packages: .unknown), suse: Services.SUSE(packages: .unknown),
    canonical: Services.Canonical(client: "canonical-livepatch", isEnabled: .unknown))

  private mutating func module(_ path: String, at file: FilePath) -> Services.Module {
    var module = Services.Module(path: path, release: host.kernel.release, file: .missing)
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(file, trust: .unchecked, limit: Artefact.largestSize)
    } catch {
      if error.kind == .absent { return module }
      module.file = .unreadable
      unobserved.append(
        Unobserved(path: path, problem: .unreadable, message: error.description))
      return module
    }
    module.sha256 = sha256Hex(bytes)
    do throws(ModuleProblem) {
      let facts = try ModuleFacts(bytes)
      (module.file, module.module, module.buildID) = (.present, facts.name, facts.buildID)
    } catch {
      module.file = .malformed
      unobserved.append(
        Unobserved(path: path, problem: .malformed, message: "it is no kernel module: \(error)"))
    }
    return module
  }
}

extension FilePath {
  fileprivate var removingRoot: FilePath { FilePath(root: nil, components) }
}
