internal import Documents
internal import LivepatchHost

extension ServiceReader {
  private static var folders: [String] { ["var/lib/kpatch", "usr/lib/kpatch"] }

  /// What `kpatch load --all` would load at boot, for whichever kernel boots.
  mutating func kpatch() -> Services.Kpatch? {
    var found = false
    var isKnown = true
    var modules: [Services.Module] = []
    for folder in ServiceReader.folders {
      switch files.names(in: folder) {
      case .absent: continue
      case .failed(let failure):
        found = true
        isKnown = false
        note(failure)
      case .value(let (_, releases)):
        found = true
        for release in releases {
          switch files.names(in: "\(folder)/\(release)") {
          case .absent: continue
          case .failed(let failure):
            isKnown = false
            note(failure)
          case .value(let (names, _)):
            // What kpatch itself loads: it knows no compressed modules.
            for name in names where name.hasSuffix(".ko") {
              modules.append(module("/\(folder)/\(release)/\(name)"))
            }
          }
        }
      }
    }
    guard found else { return nil }
    return Services.Kpatch(
      modules: isKnown ? .known(modules) : .unknown, isUnitEnabled: isUnitEnabled("kpatch.service"))
  }

  /// Whether some target wants a unit, and it is not masked.
  private mutating func isUnitEnabled(_ unit: String) -> Fact<Bool> {
    let folder = "etc/systemd/system"
    switch files.names(in: folder) {
    case .absent: return .known(false)
    case .failed(let failure):
      note(failure)
      return .unknown
    case .value(let (names, _)):
      // A link to /dev/null masks it, as an empty file does.
      if files.bytes(ofFile: "\(folder)/\(unit)", limit: 1 << 20).value?.isEmpty == true {
        return .known(false)
      }
      for name in names where name.hasSuffix(".wants") || name.hasSuffix(".requires") {
        switch files.exists("\(folder)/\(name)/\(unit)") {
        case .value(true): return .known(true)
        case .value(false), .absent: continue
        case .failed(let failure):
          note(failure)
          return .unknown
        }
      }
      return .known(false)
    }
  }
}
