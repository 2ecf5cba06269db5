package import Documents
package import Files
internal import Glibc
package import SystemPackage

/// The journal of this host, open for one run: append only, every line synced before it counts, and
/// with a checksum. A journal that has grown large is continued in a new file first.
///
/// Room for the whole run is set aside when it is opened, so that a disk that fills up during a
/// run cannot keep its undo from being written down.
package struct Journal: ~Copyable {
  private let owned: OwnedDescriptor
  private var file: FileDescriptor { owned.descriptor }
  private let path: String
  private let run: String
  private let bootID: String
  private let now: @Sendable () -> Timestamp
  private var nextNumber = 1
  /// Whether the last line is one that could not be written whole.
  private var isTorn = false
  /// Whether what is announced from now on undoes what failed.
  package var isUndoing = false
  /// Why the changes are made that are announced from now on.
  package var stepReason: Reason?

  /// Bytes set aside for one run.
  private static let reserve: Int64 = 256 << 10

  /// Opens the journal at `path` and writes down that the run begins.
  ///
  /// - Throws: `SystemError`; nothing was changed then.
  package static func open(
    _ path: FilePath, run: String, bootID: String, trigger: String, override: Override? = nil,
    by: String? = nil, kernel: String? = nil, reason: String? = nil, rollback: String? = nil,
    crashes: [BuildFailure], trust: FileTrust, access: borrowing WriteAccess,
    now: @escaping @Sendable () -> Timestamp
  ) throws(SystemError) -> Journal {
    var journal = try open(
      path, run: run, bootID: bootID, crashes: crashes, trust: trust, access: access, now: now)
    var begin = journal.record(.begin(trigger: trigger, override: override))
    begin.by = by
    begin.kernel = kernel
    begin.reason = reason
    begin.rollback = rollback
    try journal.append(begin)
    return journal
  }

  /// Opens the journal at `path` for a person's word, which is no run.
  ///
  /// `crashes` are the builds by which earlier boots ended, as the journal tells. What is not
  /// recorded yet is written down before anything else: once this boot has written, nobody could
  /// tell any longer.
  ///
  /// - Throws: `SystemError`; the word was not written then.
  package static func open(
    _ path: FilePath, run: String, bootID: String, crashes: [BuildFailure], trust: FileTrust,
    access: borrowing WriteAccess, now: @escaping @Sendable () -> Timestamp
  ) throws(SystemError) -> Journal {
    let directory = path.removingLastComponent()
    try makeDirectory(directory)
    let crashes = crashes.filter { $0.cause == .crashed && !$0.isRecorded }.map {
      JournalRecord(at: now(), run: run, bootID: bootID, event: .failed($0.recorded))
    }
    let isRotated = JournalFiles(current: path).rotate(
      run: run, bootID: bootID, crashes: crashes, trust: trust, access: access, now: now())
    let file = try orFailure("open", path) { () throws(Errno) in
      try openForWriting(path, O_RDWR | O_APPEND, permissions: 0o644)
    }
    var journal = Journal(owned: file, path: path.string, run: run, bootID: bootID, now: now)
    try journal.prepare(in: directory)
    if !isRotated {
      for crash in crashes { try journal.append(crash) }
    }
    return journal
  }

  private init(
    owned: consuming OwnedDescriptor, path: String, run: String, bootID: String,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.owned = owned
    self.path = path
    self.run = run
    self.bootID = bootID
    self.now = now
  }

  /// Announces a change: the line is on the disk when this returns.
  package mutating func announce(
    _ change: Change, access: borrowing WriteAccess
  ) throws(SystemError) -> Intent {
    let number = nextNumber
    nextNumber += 1
    var intent = record(.intent(number: number, change))
    intent.isUndo = isUndoing
    if !isUndoing { intent.reason = stepReason?.rawValue }
    try append(intent)
    return Intent(change: change, number: number)
  }

  /// Writes down what became of a change.
  package mutating func record(_ outcome: consuming Outcome) throws(SystemError) {
    let refusal = outcome.error.map {
      JournalRecord.Refusal(
        operation: $0.operation, path: $0.path, errno: Int($0.errno.rawValue))
    }
    try append(record(.outcome(number: outcome.number, error: refusal)))
  }

  /// Writes down how the run ended, and how long it took.
  package mutating func end(
    _ result: Report.Result, durationMilliseconds: Int? = nil, leavesOpen: Bool = false
  ) throws(SystemError) {
    var end = record(.end(result))
    end.leavesOpen = leavesOpen
    end.durationMilliseconds = durationMilliseconds
    try append(end)
  }

  /// Writes down that a person holds a patch, or everything (nil): on the disk when this returns.
  package mutating func hold(
    _ patch: String?, reason: String, until: Timestamp?, by: String, rollback: String? = nil
  ) throws(SystemError) {
    var hold = record(.hold(patch: patch, reason: reason, until: until, by: by))
    hold.rollback = rollback
    try append(hold)
  }

  /// Writes down that a person lifts the hold on a patch, or that on everything (nil); with `rollback`,
  /// that the rollback of that run takes the hold back that it had set; with `givingUp`, that nobody has
  /// to verify that package any more.
  package mutating func resume(
    _ patch: String?, by: String, rollback: String? = nil, givingUp package: String? = nil
  ) throws(SystemError) {
    var resume = record(.resume(patch: patch, by: by))
    resume.rollback = rollback
    resume.givenUp = package
    try append(resume)
  }

  /// Writes down that a group of changes is done and verified.
  package mutating func settle(_ settled: Settled) throws(SystemError) {
    try append(record(.settled(settled)))
  }

  /// Writes down what is not to be tried again as it was.
  package mutating func fail(_ failure: BuildFailure) throws(SystemError) {
    try append(record(.failed(failure)))
  }

  /// Writes down that a build for another kernel is in the store.
  package mutating func store(_ build: StoredBuild) throws(SystemError) {
    try append(record(.stored(build)))
  }

  /// Writes down that the boot is about to end in order.
  package mutating func shutDown() throws(SystemError) {
    try append(record(.shutdown))
  }

  /// Writes down that the boot goes on, though its end had been announced.
  package mutating func goOn() throws(SystemError) {
    try append(record(.running))
  }

  /// Sets room aside and mends the end of a journal that a crash cut off in mid-line.
  private mutating func prepare(in directory: FilePath) throws(SystemError) {
    let size = try orFailure("lseek", FilePath(path)) { () throws(Errno) in
      try systemCall { lseek(file.rawValue, 0, SEEK_END) }
    }
    do throws(Errno) {
      try file.reserve(Journal.reserve, from: Int64(size))
    } catch {
      // Some file systems cannot; then a full disk shows at the next line.
      if error != .notSupported { throw SystemError("fallocate", path, error) }
    }
    if size == 0 {
      // The name of a new file is durable only when its directory is.
      try syncDirectory(directory)
      return
    }
    var last: UInt8 = 0
    if unsafe pread(file.rawValue, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
      try append(record(.torn), mending: true)
    }
  }

  private func record(_ event: JournalRecord.Event) -> JournalRecord {
    JournalRecord(at: now(), run: run, bootID: bootID, event: event)
  }

  /// Writes a line. With `isMending`, a line that was cut off is ended first, in the same write.
  private mutating func append(
    _ record: JournalRecord, mending isMending: Bool = false
  ) throws(SystemError) {
    if isTorn, !isMending { try append(self.record(.torn), mending: true) }
    let feed = [UInt8(ascii: "\n")]
    try write((isMending ? feed : []) + JournalLine.bytes(of: record) + feed)
    isTorn = false
  }

  private mutating func write(_ bytes: [UInt8]) throws(SystemError) {
    let end = lseek(file.rawValue, 0, SEEK_END)
    do throws(Errno) {
      try file.writeEverything(bytes)
    } catch {
      // What came of the line must not run into the next one.
      if lseek(file.rawValue, 0, SEEK_END) != end { isTorn = true }
      throw SystemError("write", path, error)
    }
    try orFailure("fdatasync", FilePath(path)) { () throws(Errno) in
      _ = try systemCall { fdatasync(file.rawValue) }
    }
  }
}
