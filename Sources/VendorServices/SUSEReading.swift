internal import ChildProcess
internal import Documents
internal import HostFacts
internal import LivepatchHost
internal import Shapes
internal import SystemPackage

extension ServiceReader {
  /// What zypper has in its cache of the repositories.
  mutating func offersOfZypper() -> Fact<[Services.Offer]> {
    guard let programs else {
      note(
        "/usr/bin/zypper", .unreadable, "only zypper on the host itself can tell what is available")
      return .unknown
    }
    if case .known(let names) = repositoriesOfZypper(), hasOwnFolders() == true {
      // The first time that it is asked anything it writes itself an identity.
      if names.isEmpty { return .known([]) }
      // It would fetch what it has never had, though it is told to refresh nothing.
      if let missing = names.first(where: {
        !isThere("var/cache/zypp/solv/\(String($0.map { $0 == "/" ? "_" : $0 }))/solv")
      }) {
        note(
          "/usr/bin/zypper", .unreadable,
          "zypper has no metadata of the repository \(missing) as yet: zypper refresh")
        return .unknown
      }
    }
    guard let scratch = ScratchDirectory() else {
      note("/usr/bin/zypper", .unreadable, noScratch)
      return .unknown
    }
    let answer = run(
      programs.zypper,
      ["--non-interactive", "--no-refresh", "--xmlout", "search", "--details", "--match-exact"]
        + ["--type", "package", LivePatchPackage.suse(kernel: kernel)],
      // It only looks: no lock, no log, and its own directory elsewhere.
      environment: [
        "ZYPP_READONLY_HACK": "1", "ZYPP_LOGFILE": "/dev/null", "ZYPPTMPDIR": scratch.path.string,
      ],
      timeLimit: programs.repositoryTimeLimit)
    switch answer {
    case .failure(let problem):
      note("/usr/bin/zypper", .unreadable, "zypper search \(problem)")
      return .unknown
    case .success(let result):
      switch result.ending {
      case .exited(0), .exited(104): break
      case .exited(7):
        note("/usr/bin/zypper", .unreadable, "another program holds zypper's lock; ask again later")
        return .unknown
      default:
        // Its complaints may hold the addresses of repositories, with their passwords.
        note(
          "/usr/bin/zypper", .unreadable,
          "zypper search \(result.ending); run zypper refresh, and see what it says")
        return .unknown
      }
      guard !result.standardOutput.text.contains("Skipping repository") else {
        note(
          "/usr/bin/zypper", .unreadable,
          "zypper search left repositories out; run zypper refresh, and see what it says")
        return .unknown
      }
      // Nothing of that name.
      if result.ending == .exited(104) { return .known([]) }
      guard let offers = zypperOffers(result.standardOutput.bytes) else {
        note(
          "/usr/bin/zypper", .malformed, "the answer of zypper search is not as zypper documents it"
        )
        return .unknown
      }
      return .known(offers)
    }
  }

  /// Whether zypper keeps what it knows of repositories where it does unless it is told otherwise.
  private mutating func hasOwnFolders() -> Bool? {
    guard let text = text("etc/zypp/zypp.conf") else { return true }
    return text.value.map { text in
      !text.split(whereSeparator: \.isNewline).contains { line in
        ["cachedir", "solvfilesdir", "reposdir", "configdir"].contains { line.hasPrefix($0) }
      }
    }
  }

  /// The repositories that zypper has enabled, as `/etc/zypp/repos.d` has them.
  mutating func repositoriesOfZypper() -> Fact<[String]> {
    let folder = "etc/zypp/repos.d"
    switch files.names(in: folder) {
    case .absent: return .known([])
    case .failed(let failure):
      note(failure)
      return .unknown
    case .value(let (names, _)):
      var enabled: [String] = []
      for name in names where name.hasSuffix(".repo") {
        guard case .known(let text) = text("\(folder)/\(name)") else { return .unknown }
        enabled += enabledRepositories(text)
      }
      return .known(enabled)
    }
  }

  /// Adds the dates of `/var/lib/lifecycle/data`: lines of a name, a version or `*`, and a day.
  mutating func withLifecycle(
    _ packages: Fact<[Services.Package]>
  ) -> Fact<[Services.Package]> {
    guard case .known(var packages) = packages, !packages.isEmpty else { return packages }
    let folder = "var/lib/lifecycle/data"
    var lines: [LifecycleLine] = []
    var isKnown = true
    switch files.names(in: folder) {
    case .absent: return .known(packages)
    case .failed(let failure):
      note(failure)
      isKnown = false
    case .value(let (names, _)):
      for name in names where name.hasSuffix(".lifecycle") {
        guard case .known(let content) = text("\(folder)/\(name)") else {
          isKnown = false
          continue
        }
        for line in content.split(whereSeparator: \.isNewline) {
          let line = trimmed(line)
          if line.isEmpty || line.hasPrefix("#") { continue }
          guard let line = LifecycleLine(line) else {
            note(
              "/\(folder)/\(name)", .malformed,
              "expected NAME, VERSION, YYYY-MM-DD, found \(line.prefix(60).debugDescription)")
            isKnown = false
            continue
          }
          lines.append(line)
        }
      }
    }
    for index in packages.indices {
      let id = packages[index].id
      let own = lines.filter { $0.name == id.name }
      let date =
        own.first { [id.version, id.versionRelease].contains($0.version) }?.date
        ?? own.first { $0.version == "*" }?.date
      packages[index].supportedUntil = date.map { .known($0) } ?? (isKnown ? nil : .unknown)
    }
    return .known(packages)
  }
}

/// The sections of a `.repo` file that are enabled, as they are where nothing is said.
func enabledRepositories(_ text: String) -> [String] {
  var sections: [(name: String, isEnabled: Bool)] = []
  for line in text.split(whereSeparator: \.isNewline) {
    let line = trimmed(line)
    if line.hasPrefix("["), line.hasSuffix("]") {
      sections.append((String(line.dropFirst().dropLast()), true))
      continue
    }
    let pair = line.split(separator: "=", maxSplits: 1).map { trimmed($0) }
    guard pair.count == 2, pair[0] == "enabled", let last = sections.indices.last else { continue }
    sections[last].isEnabled = !["0", "no", "false", "off"].contains(pair[1].lowercased())
  }
  return sections.filter(\.isEnabled).map(\.name)
}

/// One line of lifecycle data.
private struct LifecycleLine {
  var name: String
  var version: String
  var date: CalendarDate

  init?(_ text: String) {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
    guard fields.count == 3, !fields[0].isEmpty, !fields[1].isEmpty,
      let date = CalendarDate(fields[2])
    else { return nil }
    self.name = fields[0]
    self.version = fields[1]
    self.date = date
  }
}

/// The packages that `zypper --xmlout search --details` lists; nil when that is no such list.
func zypperOffers(_ bytes: [UInt8]) -> [Services.Offer]? {
  guard let text = String(validating: bytes, as: UTF8.self), text.contains("<stream>"),
    text.contains("</stream>")
  else { return nil }
  var offers: [Services.Offer] = []
  for element in text.split(separator: "<") where element.hasPrefix("solvable ") {
    var values: [String: String] = [:]
    for part in element.dropFirst("solvable ".count).split(separator: "\" ") {
      let pair = part.split(separator: "=\"", maxSplits: 1)
      guard pair.count == 2 else { continue }
      values[trimmed(pair[0])] = String(pair[1].prefix { $0 != "\"" })
    }
    guard values["kind"] == "package" else { continue }
    // What is installed and no repository has is none that could be installed.
    if values["repository"] == "(System Packages)" { continue }
    guard let name = values["name"], let edition = values["edition"],
      let architecture = values["arch"], isPlainWord(name), isPlainWord(architecture),
      let dash = edition.lastIndex(of: "-")
    else { return nil }
    var version = edition[..<dash]
    var epoch = 0
    if let colon = version.firstIndex(of: ":") {
      guard let number = UInt32(version[..<colon]) else { return nil }
      epoch = Int(number)
      version = version[version.index(after: colon)...]
    }
    let release = String(edition[edition.index(after: dash)...])
    guard isPlainWord(String(version)), isPlainWord(release) else { return nil }
    let id = Services.PackageID(
      name: name, epoch: epoch, version: String(version), release: release,
      architecture: architecture)
    if !offers.contains(where: { $0.id == id }) { offers.append(Services.Offer(id: id)) }
  }
  return offers
}
