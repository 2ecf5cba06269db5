internal import Diagnostics
internal import Files
internal import Glibc
internal import SystemPackage

/// Writes the files of a commit into a directory, as they are: no filter, hook, link or submodule of a
/// repository has a say in it.
struct WorkTree {
  let git: GitProgram
  let commit: String
  /// The policies' directory in the repository; empty for all of it. What cannot be taken over is left
  /// out elsewhere, and refused in it: a policy that is silently missing would take its patches off.
  let path: [String]

  private static let mostEntries = 200_000
  private static let deepest = 64
  private static let largestTree = 32 << 20
  private static let largestFile = 64 << 20
  private static let largestSum = 4 << 30

  private struct Directory {
    var id: String
    var names: [String]
  }

  /// - Parameters:
  ///   - tree: the commit's tree.
  ///   - target: a directory that does not exist yet; left unfinished where this throws.
  /// - Throws: `SyncProblem`.
  func write(_ tree: String, to target: FilePath) throws(SyncProblem) {
    try make(target)
    var level = [Directory(id: tree, names: [])]
    var files: [String: [[String]]] = [:]
    var count = 0
    var depth = 0
    while !level.isEmpty {
      guard depth < WorkTree.deepest else {
        throw refused("its directories are more than \(WorkTree.deepest) deep")
      }
      depth += 1
      var trees: [String: [GitTreeEntry]] = [:]
      let ids = Set(level.map(\.id)).sorted()
      try git.read(ids, limit: WorkTree.largestTree) { object throws(SyncProblem) in
        guard object.kind == .tree, let entries = GitTreeEntry.all(object) else {
          throw refused("\(object.id) is no directory that Git could have written")
        }
        trees[object.id] = entries
      }
      var below: [Directory] = []
      for directory in level {
        for entry in trees[directory.id] ?? [] {
          count += 1
          guard count <= WorkTree.mostEntries else {
            throw refused("it has more than \(WorkTree.mostEntries) files")
          }
          guard let names = try names(of: entry, in: directory.names) else { continue }
          if entry.kind == .directory {
            try make(target.pushing(names))
            below.append(Directory(id: entry.id, names: names))
          } else {
            files[entry.id, default: []].append(names)
          }
        }
      }
      level = below
    }
    try write(files, to: target)
  }

  /// Where an entry is written; nil where it is left out.
  private func names(
    of entry: GitTreeEntry, in directory: [String]
  ) throws(SyncProblem) -> [String]? {
    let shown = (directory + [String(decoding: entry.name, as: UTF8.self)]).joined(separator: "/")
    let problem: String?
    switch entry.kind {
    case .link: problem = "is a link"
    case .submodule: problem = "is a submodule"
    case .directory, .file: problem = entry.component == nil ? "has a name that none may have" : nil
    }
    if let name = entry.component, problem == nil { return directory + [name] }
    // On the way to the policies nothing may be missing either.
    let isOnTheWay =
      path.starts(with: directory) && entry.component == path.dropFirst(directory.count).first
    guard directory.starts(with: path) || isOnTheWay else { return nil }
    throw refused("`\(shown)` \(problem ?? "cannot be taken over"); only files and directories are")
  }

  private func write(
    _ files: [String: [[String]]], to target: FilePath
  ) throws(SyncProblem) {
    let sizes = try git.sizes(of: files.keys.sorted())
    var wanted: [String] = []
    var sum = 0
    for (id, places) in files.sorted(by: { $0.key < $1.key }) {
      guard let size = sizes[id] else { throw git.damaged("object \(id) is missing") }
      if size > WorkTree.largestFile {
        guard let place = places.first(where: { $0.starts(with: path) }) else { continue }
        throw refused(
          "`\(place.joined(separator: "/"))` has \(size) bytes, and "
            + "\(WorkTree.largestFile) are the most")
      }
      sum += size * places.count
      guard sum <= WorkTree.largestSum else {
        throw refused("its files have more than \(WorkTree.largestSum) bytes together")
      }
      wanted.append(id)
    }
    try git.read(wanted, limit: WorkTree.largestFile) { object throws(SyncProblem) in
      guard object.kind == .blob else { throw refused("\(object.id) is no file") }
      for names in files[object.id] ?? [] { try write(object.bytes, to: target.pushing(names)) }
    }
  }

  private func make(_ path: FilePath) throws(SyncProblem) {
    try orNotKept("mkdir", path) { () throws(Errno) in
      _ = try systemCall { unsafe mkdir(path.string, 0o700) }
    }
  }

  private func write(_ bytes: [UInt8], to path: FilePath) throws(SyncProblem) {
    try orNotKept("write", path) { () throws(Errno) in
      let number = try systemCall {
        unsafe open(path.string, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      }
      let file = OwnedDescriptor(FileDescriptor(rawValue: number))
      try file.descriptor.writeEverything(bytes)
    }
  }

  private func orNotKept(
    _ operation: String, _ path: FilePath, _ body: () throws(Errno) -> Void
  ) throws(SyncProblem) {
    do throws(Errno) {
      try body()
    } catch {
      if error == .fileExists {
        throw refused("it has two entries for \(path.lastComponent?.string ?? "")")
      }
      throw SyncProblem(
        .unreachable, commit: commit,
        Diagnostic(
          .sourceUnusable,
          "commit \(commit.prefix(12)) could not be kept: \(SystemError(operation, path.string, error))",
          advice: error == .noSpace ? "make room on the disk" : "see to it; it is tried again"))
    }
  }

  private func refused(_ why: String) -> SyncProblem {
    SyncProblem(
      .refused, commit: commit,
      Diagnostic(
        .repositoryRefused, "commit \(commit.prefix(12)) is not let in: \(why)",
        advice:
          "take it out of the repository, or keep the policies in a directory without it, and "
          + "name that as path; nothing was changed"))
  }
}

extension FilePath {
  fileprivate func pushing(_ names: [String]) -> FilePath {
    var path = self
    for name in names { path.append(name) }
    return path
  }
}
