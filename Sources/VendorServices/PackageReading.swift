internal import ChildProcess
internal import Documents
internal import HostFacts
internal import Glibc
internal import LivepatchHost
internal import SystemPackage

extension ServiceReader {
  /// The packages of Red Hat's kind and of SUSE's: one look at rpm's database for both.
  mutating func packages(
    _ question: ServiceQuestion
  ) -> (redHat: Services.RedHat?, suse: Services.SUSE?) {
    let asksRedHat = question.redHat && installsAsRedHat()
    let asksSUSE = question.suse && isThere("usr/bin/zypper")
    guard asksRedHat || asksSUSE else { return (nil, nil) }
    let packages: Fact<[Services.Package]>
    switch rpm() {
    case .none: return (nil, nil)
    case .lost:
      note("/var/lib/rpm", .unreadable, "rpm is there, and its database is not")
      packages = .unknown
    case .database(let folder): packages = installedPackages(folder)
    }
    var redHat: Services.RedHat?
    if asksRedHat {
      redHat = Services.RedHat(
        packages: packages.filter { !$0.id.isSUSE },
        available: question.offers ? offersOfDNF() : nil, plugin: plugin())
      if redHat?.available == .known([]) { redHat?.repositories = repositoriesOfDNF() }
    }
    var suse: Services.SUSE?
    if asksSUSE {
      let own = withLifecycle(packages.filter { $0.id.isSUSE })
      let hasOwn = own.value.map { packages in packages.contains { $0.kernel == kernel } } ?? true
      suse = Services.SUSE(
        packages: own, available: question.offers ? offersOfZypper() : nil,
        initrd: hasOwn ? initrd() : nil)
      if suse?.available == .known([]) { suse?.repositories = repositoriesOfZypper() }
    }
    return (redHat, suse)
  }

  private mutating func installsAsRedHat() -> Bool {
    let programs = ["dnf", "dnf5", "yum", "microdnf", "rpm-ostree"].map { "usr/bin/\($0)" }
    for path in programs + ["etc/dnf/plugins/kpatch.conf"] where isThere(path) { return true }
    return false
  }

  /// `/etc/dnf/plugins/kpatch.conf`, as the plugin reads it: what is not said is no.
  private mutating func plugin() -> Fact<Services.Plugin>? {
    let path = "etc/dnf/plugins/kpatch.conf"
    guard let content = text(path) else { return nil }
    guard case .known(let content) = content else { return .unknown }
    var section = ""
    var values: [String: Bool] = [:]
    for line in content.split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.hasPrefix("["), line.hasSuffix("]") {
        section = String(line.dropFirst().dropLast())
        continue
      }
      guard section == "main", let end = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        continue
      }
      let key = trimmed(line[..<end]).lowercased()
      guard key == "autoupdate" || key == "autofilter" else { continue }
      switch trimmed(line[line.index(after: end)...]).lowercased() {
      case "1", "yes", "true", "on": values[key] = true
      case "0", "no", "false", "off": values[key] = false
      default:
        note("/" + path, .malformed, "expected True or False for \(key)")
        return .unknown
      }
    }
    return .known(
      Services.Plugin(
        autoupdate: values["autoupdate"] ?? false, autofilter: values["autofilter"] ?? false))
  }

  /// What dnf has in its cache of the repositories.
  private mutating func offersOfDNF() -> Fact<[Services.Offer]> {
    guard let programs else {
      note("/usr/bin/dnf", .unreadable, "only dnf on the host itself can tell what is available")
      return .unknown
    }
    let selection =
      if distribution == "amzn" {
        // It names the kernel in the package's name, and not in what it provides.
        [LivePatchPackage.redHat(kernel: kernel, architecture: "", distribution: "amzn")]
      } else if kernel.count(where: { $0 == "-" }) > 1 {
        // No package can provide such a version.
        ["kpatch-patch-" + String(kernel.map { $0 == "." ? "_" : $0 })]
      } else {
        ["--whatprovides", "kpatch-patch = \(kernel)"]
      }
    guard let cache = cacheOfDNF() else {
      note("/usr/bin/dnf", .unreadable, "dnf has no metadata of repositories as yet: dnf makecache")
      return .unknown
    }
    guard let scratch = ScratchDirectory(), cache.link(into: scratch.path, under: programs.root)
    else {
      note("/usr/bin/dnf", .unreadable, noScratch)
      return .unknown
    }
    // It writes logs and locks though it only looks, and ends where it cannot.
    let answer = run(
      programs.dnf,
      [
        // Otherwise it leaves out what it has no cache of, and calls that success.
        "-q", "--cacheonly", "--setopt=*.skip_if_unavailable=0", "--setopt=logdir=\(scratch.path)",
      ]
        + (cache.names.isEmpty ? [] : ["--setopt=cachedir=\(scratch.path)"])
        + [
          "repoquery", "--qf",
          OfferLine.format,
        ]
        + selection,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], timeLimit: programs.repositoryTimeLimit)
    switch answer {
    case .failure(let problem):
      note("/usr/bin/dnf", .unreadable, "dnf repoquery \(problem)")
      return .unknown
    case .success(let result):
      // What dnf complains of may hold the addresses of repositories, with their passwords.
      guard result.succeeded else {
        note(
          "/usr/bin/dnf", .unreadable,
          "dnf --cacheonly repoquery \(result.ending), as where a repository was never fetched; run dnf "
            + "makecache, and see what it says")
        return .unknown
      }
      guard let offers = OfferLine.offers(result.standardOutput.bytes) else {
        note("/usr/bin/dnf", .malformed, "the answer of dnf repoquery is not as dnf documents it")
        return .unknown
      }
      // Whoever can write into a repository can let any package provide anything.
      return .known(offers.filter { $0.id.isLivePatch })
    }
  }
}

extension ServiceReader {
  /// The repositories that dnf has enabled.
  private mutating func repositoriesOfDNF() -> Fact<[String]> {
    guard let programs, let scratch = ScratchDirectory() else {
      note("/usr/bin/dnf", .unreadable, noScratch)
      return .unknown
    }
    let answer = run(
      programs.dnf,
      [
        "-q", "--cacheonly", "--setopt=logdir=\(scratch.path)",
        "--setopt=cachedir=\(scratch.path)", "repolist", "--enabled",
      ],
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], timeLimit: programs.repositoryTimeLimit)
    switch answer {
    case .failure(let problem):
      note("/usr/bin/dnf", .unreadable, "dnf repolist \(problem)")
      return .unknown
    case .success(let result):
      guard result.succeeded,
        let text = String(validating: result.standardOutput.bytes, as: UTF8.self)
      else {
        note("/usr/bin/dnf", .unreadable, "dnf repolist \(result.ending)")
        return .unknown
      }
      return .known(repositories(inList: text))
    }
  }
}

/// The names in a table of `dnf repolist`; plugins may talk before it.
func repositories(inList text: String) -> [String] {
  text.split(whereSeparator: \.isNewline).drop { !$0.hasPrefix("repo id") }.dropFirst()
    .compactMap { line in
      line.split(separator: " ", maxSplits: 1).first.map(String.init).flatMap {
        isPlainWord($0) ? $0 : nil
      }
    }
}

/// Where dnf keeps what it knows of repositories.
private struct DNFCache {
  /// Without a leading slash.
  var folder: String
  /// What is in there; empty where dnf has to look for it itself.
  var names: [String]

  /// Has each of them in a directory of this process, so that dnf's own files go there.
  func link(into directory: FilePath, under root: FilePath) -> Bool {
    names.allSatisfy { name in
      let target = root.appending(folder).appending(name).string
      return unsafe symlink(target, directory.appending(name).string) == 0
    }
  }
}

extension ServiceReader {
  /// Nil where there is none as yet: dnf would make one though it only looks.
  private mutating func cacheOfDNF() -> DNFCache? {
    var folder = "var/cache/dnf"
    if case .known(let text)? = text("etc/dnf/dnf.conf") {
      for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("cachedir") {
        folder = trimmed(trimmed(line.dropFirst("cachedir".count)).drop { $0 == "=" })
      }
    }
    // A variable's value only dnf knows; the next dnf, 5, has it elsewhere.
    if folder.contains("$") { return DNFCache(folder: folder, names: []) }
    folder = String(folder.drop { $0 == "/" })
    if case .value(let (names, _)) = files.names(in: folder), !names.isEmpty {
      return DNFCache(folder: folder, names: names.filter { !$0.hasSuffix(".pid") })
    }
    return isThere("var/cache/libdnf5") ? DNFCache(folder: "var/cache/libdnf5", names: []) : nil
  }
}

/// Why a package manager that only looks was not asked.
let noScratch = "no directory for what it writes could be made in /dev/shm or /tmp"

/// The configuration of dnf's plugin kpatch with a key of its section `main` set, and everything else
/// as it was.
package func pluginConfiguration(_ text: String, _ key: String, _ value: String) -> String {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  var section = ""
  var main: Int?
  var found = false
  for index in lines.indices {
    let line = trimmed(lines[index])
    if line.hasPrefix("#") || line.hasPrefix(";") { continue }
    if line.hasPrefix("["), line.hasSuffix("]") {
      section = String(line.dropFirst().dropLast())
      if section == "main", main == nil { main = index }
      continue
    }
    guard section == "main", let end = line.firstIndex(where: { $0 == "=" || $0 == ":" }),
      trimmed(line[..<end]).lowercased() == key
    else { continue }
    lines[index] = "\(key) = \(value)"
    found = true
  }
  if found { return lines.joined(separator: "\n") }
  if let main {
    lines.insert("\(key) = \(value)", at: main + 1)
    return lines.joined(separator: "\n")
  }
  return "[main]\n\(key) = \(value)\n" + text
}

/// One line of `dnf repoquery`.
enum OfferLine {
  static let format = #"%{name}|%{epoch}|%{version}|%{release}|%{arch}|%{buildtime}\n"#

  /// - Returns: nil when a line is anything else, but for those of plugins that talk between.
  static func offers(_ bytes: [UInt8]) -> [Services.Offer]? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var offers: [Services.Offer] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      // kpatch-dnf prints sentences to standard output.
      if fields.count == 1 { continue }
      guard fields.count == 6, let epoch = UInt32(fields[1]),
        [fields[0], fields[2], fields[3], fields[4]].allSatisfy(isPlainWord)
      else { return nil }
      let offer = Services.Offer(
        id: Services.PackageID(
          name: fields[0], epoch: Int(epoch), version: fields[2], release: fields[3],
          architecture: fields[4]), builtAt: built(fields[5]))
      // Several repositories may have the same.
      if !offers.contains(where: { $0.id == offer.id }) { offers.append(offer) }
    }
    return offers
  }

  /// dnf 4 writes `2026-11-01 08:00` in UTC, dnf 5 the seconds since the epoch.
  private static func built(_ text: String) -> Timestamp? {
    if let seconds = Int(text) { return Timestamp(secondsSinceEpoch: seconds).withinReach }
    let parts = text.split(separator: " ")
    guard parts.count == 2 else { return nil }
    return moment("\(parts[0])T\(parts[1]):00Z")
  }
}

extension Fact {
  func filter<Item>(_ isWanted: (Item) -> Bool) -> Fact<[Item]> where Value == [Item] {
    switch self {
    case .known(let items): .known(items.filter(isWanted))
    case .unknown: .unknown
    }
  }
}

/// Without blanks around it.
func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while rest.first?.isWhitespace == true { rest.removeFirst() }
  while rest.last?.isWhitespace == true { rest.removeLast() }
  return String(rest)
}
