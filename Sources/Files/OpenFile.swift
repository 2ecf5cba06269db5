internal import Glibc
package import SystemPackage

/// A regular file, open for reading, that was checked through this very descriptor.
package struct OpenFile: ~Copyable, Sendable {
  private let owned: OwnedDescriptor
  /// The path that was asked for.
  package let path: FilePath
  private let opened: Stat

  /// Valid as long as this value lives, which must have a name.
  package var descriptor: FileDescriptor { owned.descriptor }
  /// Its size in bytes when it was opened. Files of proc and sysfs say 0 or a page here.
  package var size: Int { Int(clamping: opened.size) }

  fileprivate init(_ owned: consuming OwnedDescriptor, path: FilePath, opened: Stat) {
    self.owned = owned
    self.path = path
    self.opened = opened
  }

  /// Reads everything from the current offset on; more than `limit` bytes are `tooLarge`.
  package borrowing func read(limit: Int) throws(FileProblem) -> [UInt8] {
    if size > limit { throw FileProblem(path, .tooLarge(limit: limit)) }
    let bytes = try orProblem(path) { () throws(Errno) in
      try descriptor.readToEnd(limit: limit, expecting: size)
    }
    try checkUnchanged()
    guard let bytes else { throw FileProblem(path, .tooLarge(limit: limit)) }
    return bytes
  }

  /// Makes sure that it is a secret of root's: nobody else owns it, and it lets nobody else read it.
  ///
  /// - Throws: `FileProblem` of kind `untrusted`.
  package borrowing func checkSecret() throws(FileProblem) {
    let shared: FilePermissions = [.groupReadWriteExecute, .otherReadWriteExecute]
    let isRoots = opened.userID.rawValue == 0
    if isRoots, opened.permissions.isDisjoint(with: shared) { return }
    throw FileProblem(
      path,
      .untrusted(
        reason: "it is a secret, and "
          + (isRoots
            ? "others than root may read it (mode \(octal(opened.permissions)))"
            : "it is owned by uid \(opened.userID.rawValue)")),
      advice: (isRoots ? "" : "chown root: \(shellQuoted(path.string)); ")
        + "chmod 600 \(shellQuoted(path.string))")
  }

  /// Whether the file is still as it was when it was opened.
  ///
  /// - Throws: `FileProblem` of kind `changed`: what was read since may be torn.
  package borrowing func checkUnchanged() throws(FileProblem) {
    let now = try orProblem(path) { () throws(Errno) in try descriptor.stat() }
    // Removing or replacing a file changes the time of its last status change too.
    let same =
      now.size == opened.size && now.st_mtim.isSame(as: opened.st_mtim)
      && now.st_ctim.isSame(as: opened.st_ctim)
    if !same { throw FileProblem(path, .changed) }
  }
}

extension timespec {
  fileprivate func isSame(as other: timespec) -> Bool {
    tv_sec == other.tv_sec && tv_nsec == other.tv_nsec
  }
}

/// Opens a regular file for reading, once, and checks it through the descriptor.
///
/// Pipes and devices are not opened, so that nothing blocks.
package func openTrusted(_ path: FilePath, trust: FileTrust) throws(FileProblem) -> OpenFile {
  let place = try find(path, trust: trust)
  // Looked at before the real opening: to open a device can do something to it.
  guard place.type == .regular else { throw FileProblem(path, .notRegular) }
  let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (trust == .rootOwned ? O_NOFOLLOW : 0)
  let file = try orProblem(path) { () throws(Errno) in try place.open(flags) }
  let status = try orProblem(path) { () throws(Errno) in try file.descriptor.stat() }
  guard status.type == .regular else { throw FileProblem(path, .notRegular) }
  try trust.check(status, at: place.path, asked: path)
  return OpenFile(file, path: path, opened: status)
}

/// Finds what `path` names, without opening it.
func find(_ path: FilePath, trust: FileTrust) throws(FileProblem) -> PathWalk.Place {
  switch trust {
  case .rootOwned: return try PathWalk.end(of: path, trust: trust)
  case .unchecked:
    let type = try orProblem(path) { () throws(Errno) in
      let node = try open(path, in: nil, O_PATH)
      return try node.descriptor.stat().type
    }
    return PathWalk.Place(directory: nil, name: path, type: type, path: path)
  }
}

extension PathWalk.Place {
  /// Opens it; what is opened may be another node by now, so check it again.
  borrowing func open(_ flags: CInt) throws(Errno) -> OwnedDescriptor {
    switch directory {
    case .some(let directory): try Files.open(name, in: directory.descriptor, flags)
    case nil: try Files.open(name, in: nil, flags)
    }
  }
}

/// Reads a whole regular file; more than `limit` bytes are `tooLarge`.
package func readTrusted(
  _ path: FilePath, trust: FileTrust, limit: Int
) throws(FileProblem) -> [UInt8] {
  try openTrusted(path, trust: trust).read(limit: limit)
}
