internal import Documents
package import Files
internal import Glibc
package import SystemPackage

/// The files of one journal: the one that is written, `journal.ndjson`, and the earlier ones that
/// it took the place of, `journal.1.ndjson` and up, the highest number the newest.
///
/// A new file begins with what of the earlier ones still decides something, so that a run reads one
/// file of bounded size. Earlier files are never changed or removed; only `history` and `rollback`
/// read them.
package struct JournalFiles: Sendable {
  /// The file that is written.
  package let current: FilePath

  /// A journal of so many bytes is due to be continued in a new file.
  package static let limit = 128 << 10

  package init(current: FilePath) {
    self.current = current
  }

  /// The earlier files, the oldest first; one that is still the current one too, as a crash may
  /// leave it, is not among them.
  package func earlier(trust: FileTrust) throws(FileProblem) -> [FilePath] {
    let identity = FileIdentity(current)
    return try numbered(trust).map(\.path).filter { FileIdentity($0) != identity }
  }

  /// Continues the journal in a new file if it has grown large. Killed at any moment, or without
  /// room on the disk, the journal is as it was, or the new one.
  ///
  /// It is put off to a later run where it cannot be done: what is there goes on to be written.
  /// `crashes` is what is not recorded yet of how earlier boots ended: the new file has it from its
  /// beginning, since what told it stays behind. True where the journal is a new file now.
  func rotate(
    run: String, bootID: String, crashes: [JournalRecord], trust: FileTrust,
    access: borrowing WriteAccess, now: Timestamp
  ) -> Bool {
    guard let size = FileIdentity(current)?.size, size >= JournalFiles.limit,
      let reading = try? readJournal(current, trust: trust),
      let earlier = try? numbered(trust)
    else { return false }
    let identity = FileIdentity(current)
    // A crash may have left the new name on the old file.
    let known = earlier.first { FileIdentity($0.path) == identity }
    let number = known?.number ?? (earlier.last?.number ?? 0) + 1
    let old = path(number)
    let mark = JournalRecord(
      at: now, run: run, bootID: bootID,
      event: .rotated(from: old.lastComponent?.string ?? old.string))
    var head: [UInt8] = []
    for record in [mark] + reading.records.carried(at: now, into: bootID) + crashes {
      head += JournalLine.bytes(of: record)
      head.append(UInt8(ascii: "\n"))
    }
    // Where nearly everything still counts, a new file would soon be as large.
    guard head.count < size / 2 else { return false }
    do {
      if known == nil {
        try orFailure("link", old) { () throws(Errno) in
          _ = try systemCall { unsafe link(current.string, old.string) }
        }
      }
      try syncDirectory(directory)
      removeRemains()
      try writeDurably(head, to: current, permissions: [.ownerReadWrite, .groupRead, .otherRead])
      giveBackRoom(old, size: size)
      return true
    } catch {
      return false
    }
  }

  private var directory: FilePath { current.removingLastComponent() }
  private var stem: String { current.stem ?? "journal" }

  private func path(_ number: Int) -> FilePath {
    directory.appending("\(stem).\(number).ndjson")
  }

  /// The files with a number, the lowest first.
  private func numbered(
    _ trust: FileTrust
  ) throws(FileProblem) -> [(number: Int, path: FilePath)] {
    let entries: [DirectoryEntry]
    do throws(FileProblem) {
      entries = try listTrusted(directory, trust: trust)
    } catch {
      if case .absent = error.kind { return [] }
      throw error
    }
    return entries.compactMap { entry in
      let parts = entry.name.string.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == stem, parts[2] == "ndjson", let number = Int(parts[1]),
        number > 0, path(number).lastComponent == entry.name
      else { return nil }
      return (number, path(number))
    }.sorted { $0.number < $1.number }
  }

  /// Removes what a rotation that was killed left half written.
  private func removeRemains() {
    let name = current.lastComponent?.string ?? ""
    for entry in (try? listTrusted(directory, trust: .unchecked)) ?? []
    where entry.kind == .file && entry.name.string.hasPrefix(".\(name).") {
      unsafe unlink(directory.appending(entry.name).string)
    }
  }

  /// Gives back the room that was set aside behind the end of a file for runs to come.
  private func giveBackRoom(_ path: FilePath, size: Int) {
    if FileIdentity(path)?.size == size { unsafe truncate(path.string, off_t(size)) }
  }
}

/// Which file a path leads to, and how large it is; never through a symbolic link.
private struct FileIdentity: Equatable {
  let device: UInt
  let node: UInt
  let size: Int

  /// nil where there is no regular file.
  init?(_ path: FilePath) {
    var status = stat()
    guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0,
      status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
    size = Int(clamping: status.st_size)
  }
}
