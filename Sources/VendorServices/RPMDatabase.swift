internal import ChildProcess
internal import Documents
internal import SystemPackage

extension ServiceReader {
  /// What of rpm a host has.
  enum RPM {
    case none
    /// Its directory, without a leading slash.
    case database(String)
    /// There is rpm, and nothing of its database.
    case lost
  }

  /// Where rpm keeps its database. It is looked for before rpm is asked, who would make one.
  mutating func rpm() -> RPM {
    guard isThere("usr/bin/rpm") else { return .none }
    for folder in rpmFolders {
      for file in ["rpmdb.sqlite", "Packages.db", "Packages"]
      where isThere("\(folder)/\(file)") {
        return .database(folder)
      }
    }
    // On a system of dpkg, rpm is one program among others.
    return isThere("var/lib/dpkg/status") ? .none : .lost
  }

  /// The installed packages of live patches, all vendors'. Unknown, and written down, where any doubt
  /// is left: part of a database is not the database.
  mutating func installedPackages(_ database: String) -> Fact<[Services.Package]> {
    guard let programs else {
      note("/" + database, .unreadable, "only rpm on the host itself can read it")
      return .unknown
    }
    let folder = programs.root.appending(database).string
    let answer = run(
      programs.rpm,
      ["--dbpath", folder, "-qa", "--qf", RPMRecord.format]
        + ["kpatch-patch-*", "kernel-livepatch-*", "kgraft-patch-*"],
      timeLimit: programs.timeLimit)
    switch answer {
    case .failure(let problem):
      note("/" + database, .unreadable, "rpm -qa \(problem)")
      return .unknown
    case .success(let result):
      // Of a damaged database rpm may tell a part, and end well.
      let complaint = result.standardError.text.split(whereSeparator: \.isNewline)
        .first { !$0.hasPrefix("warning: ") }
      guard result.succeeded, complaint == nil else {
        let words = complaint.map { ": \($0.prefix(200))" } ?? ""
        note(
          "/" + database, .unreadable,
          "rpm -qa \(result.ending)\(words); \(advice(onDatabase: folder))")
        return .unknown
      }
      guard let records = RPMRecord.records(result.standardOutput.bytes) else {
        note("/" + database, .malformed, "the answer of rpm -qa is not as rpm documents it")
        return .unknown
      }
      return .known(records.filter(\.id.isLivePatch).map { package($0) })
    }
  }

  /// SQLite needs two files beside the database, and makes them where they are not there: rpm leaves them.
  private func advice(onDatabase folder: String) -> String {
    let isLacking = ["wal", "shm"].contains { !isOnThisMachine("\(folder)/rpmdb.sqlite-\($0)") }
    if isReadOnly(folder), isOnThisMachine("\(folder)/rpmdb.sqlite"), isLacking {
      return
        "\(folder) is read-only for this run, and rpm cannot make rpmdb.sqlite-wal and -shm in there: "
        + "run rpm -qa once as root from a shell, which leaves them"
    }
    return "see whether rpm --rebuilddb mends it"
  }

  private mutating func package(_ record: RPMRecord) -> Services.Package {
    let modules = record.files.filter(isModuleName).map { module($0) }
    let kernels = record.kernels
    return Services.Package(
      id: record.id,
      kernel: modules.lazy.compactMap(\.release).first
        ?? kernels.first { $0.hasSuffix(".\(record.id.architecture)") } ?? kernels.first,
      modules: modules, builtAt: record.builtAt, installedAt: record.installedAt)
  }
}

/// Where distributions have rpm keep its database.
let rpmFolders = ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"]

/// A package as rpm answers, between separators that its fields cannot hold.
struct RPMRecord {
  var id: Services.PackageID
  var builtAt: Timestamp?
  var installedAt: Timestamp?
  var files: [String]
  /// The kernel releases for which it provides `kpatch-patch`.
  var kernels: [String]

  /// Each record begins with a form feed; fields end with a vertical tab, items of lists with a
  /// backspace: rpm allows none of them in names and versions, and nobody's modules have such paths.
  static let format =
    #"\f%{NAME}\v%{EPOCHNUM}\v%{VERSION}\v%{RELEASE}\v%{ARCH}\v%{BUILDTIME}\v%{INSTALLTIME}\v"#
    + #"[%{FILENAMES}\b]\v[%{PROVIDENAME}\b%{PROVIDEFLAGS:depflags}\b%{PROVIDEVERSION}\b]\v"#

  /// - Returns: nil when the bytes are anything else.
  static func records(_ bytes: [UInt8]) -> [RPMRecord]? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    if text.isEmpty { return [] }
    let parts = text.unicodeScalars.split(separator: "\u{0C}", omittingEmptySubsequences: false)
    guard parts.first?.isEmpty == true else { return nil }
    var records: [RPMRecord] = []
    for part in parts.dropFirst() {
      guard let record = RPMRecord(Substring(part)) else { return nil }
      records.append(record)
    }
    return records.sorted {
      ($0.id.name, $0.id.epoch, $0.id.versionRelease)
        < ($1.id.name, $1.id.epoch, $1.id.versionRelease)
    }
  }

  private init?(_ text: Substring) {
    let fields = text.unicodeScalars.split(separator: "\u{0B}", omittingEmptySubsequences: false)
      .map { String($0) }
    guard fields.count == 10, fields[9].isEmpty, let epoch = UInt32(fields[1]),
      let built = Int(fields[5]), let installed = Int(fields[6])
    else { return nil }
    for word in [fields[0], fields[2], fields[3], fields[4]] where !isPlainWord(word) { return nil }
    id = Services.PackageID(
      name: fields[0], epoch: Int(epoch), version: fields[2], release: fields[3],
      architecture: fields[4])
    builtAt = Timestamp(secondsSinceEpoch: built).withinReach
    installedAt = Timestamp(secondsSinceEpoch: installed).withinReach
    guard let files = items(fields[7]), let provides = items(fields[8]),
      files.allSatisfy({ $0.hasPrefix("/") }), provides.count.isMultiple(of: 3)
    else { return nil }
    self.files = files
    kernels = stride(from: 0, to: provides.count, by: 3).compactMap { index in
      let relation = provides[index + 1].filter { $0 != " " }
      return provides[index] == "kpatch-patch" && relation == "=" ? provides[index + 2] : nil
    }
  }

}

extension Services.PackageID {
  /// Not the packages beside them, with tools or with debugging information.
  var isLivePatch: Bool {
    guard !name.hasSuffix("-debuginfo"), !name.hasSuffix("-debugsource") else { return false }
    let prefixes = ["kpatch-patch-", "kernel-livepatch-", "kgraft-patch-"]
    return prefixes.contains { prefix in
      name.hasPrefix(prefix) && name.dropFirst(prefix.count).first?.isNumber == true
    }
  }

  /// Whether SUSE made it: it writes a kernel's release with underscores in the place of its full
  /// stops, Amazon with the full stops.
  var isSUSE: Bool {
    if name.hasPrefix("kgraft-patch-") { return true }
    return name.hasPrefix("kernel-livepatch-") && name.contains("_") && !name.contains(".")
  }
}

/// The items of a list, each of which ends with a backspace.
private func items(_ text: String) -> [String]? {
  if text.isEmpty { return [] }
  var items = text.unicodeScalars.split(separator: "\u{08}", omittingEmptySubsequences: false)
    .map { String($0) }
  guard items.popLast()?.isEmpty == true else { return nil }
  // A control character would be a separator that a name did hold.
  let hasControls = items.contains { $0.unicodeScalars.contains { $0.value < 0x20 } }
  return hasControls ? nil : items
}

/// What names, versions, releases and architectures of packages are written with.
func isPlainWord(_ text: String) -> Bool {
  !text.isEmpty
    && text.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "+", "-", "~", "^": true
      default: false
      }
    }
}
