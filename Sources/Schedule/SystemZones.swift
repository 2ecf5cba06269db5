internal import Files
internal import SystemPackage

extension ZoneDatabase {
  /// The system's tzdata. No environment variable, such as TZDIR, leads elsewhere: it must not
  /// choose when root acts.
  package static let system = ZoneDatabase(read: readSystemZone, names: systemZoneNames)
}

private let zoneFolder: FilePath = "/usr/share/zoneinfo"
/// The largest zones have less than 4 KiB.
private let largestZone = 1 << 20

@Sendable private func readSystemZone(
  _ name: ZoneName
) -> Result<[UInt8], ZoneDatabase.Problem> {
  let path = zoneFolder.appending(name.text)
  do throws(FileProblem) {
    return .success(try readTrusted(path, trust: .unchecked, limit: largestZone))
  } catch {
    switch error.kind {
    case .absent, .unreadable(.notDirectory): return .failure(.absent)
    // `Europe` is a folder of zones.
    case .notRegular: return .failure(.absent)
    case .unreadable, .untrusted, .tooLarge, .changed:
      return .failure(.unreadable(error.description))
    }
  }
}

/// By a walk through the folders, which has other files too: a name of those is of no use, and
/// does no harm.
@Sendable private func systemZoneNames() -> [String] {
  var names: [String] = []
  var folders = [""]
  while let folder = folders.popLast() {
    let entries = (try? listTrusted(zoneFolder.appending(folder), trust: .unchecked)) ?? []
    for entry in entries {
      let name = folder + entry.name.string
      switch entry.kind {
      case .file where ZoneName(name) != nil: names.append(name)
      case .directory where ZoneName(name) != nil: folders.append(name + "/")
      case .file, .directory, .other: break
      }
    }
  }
  return names.sorted()
}
