internal import Files
internal import Glibc
internal import SystemPackage

/// Tells when something changes in a directory of policies (inotify(7)), and when the directory itself
/// is exchanged. What links to elsewhere lead to is not watched.
struct FileWatch: ~Copyable {
  /// nil where the system gave none.
  let descriptor: CInt?
  /// The watch on the directory above, in which only one name counts.
  private let parent: CInt
  private let name: [UInt8]

  /// More directories than this are left to the interval.
  private static let mostDirectories = 4096
  private static let eventsOfNames =
    UInt32(IN_CREATE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE)
  private static let events =
    eventsOfNames | UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_ATTRIB)

  /// Watches the directory at `path`, there or not, and those in it. Where the system refuses, nothing
  /// is told, and the interval has to do.
  init(_ path: FilePath) {
    let number = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
    name = Array((path.lastComponent?.string ?? "").utf8)
    guard number >= 0 else {
      descriptor = nil
      parent = -1
      return
    }
    descriptor = number
    parent = unsafe inotify_add_watch(
      number, path.removingLastComponent().string, FileWatch.eventsOfNames)
    var pending = [path]
    var count = 0
    while let directory = pending.popLast(), count < FileWatch.mostDirectories {
      count += 1
      let wanted = FileWatch.events | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)
      guard unsafe inotify_add_watch(number, directory.string, wanted) >= 0,
        let entries = try? listTrusted(directory, trust: .unchecked)
      else { continue }
      pending += entries.filter { $0.kind == .directory && !$0.name.string.hasPrefix(".") }
        .map { directory.appending($0.name) }
    }
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Takes away what was told.
  ///
  /// - Returns: whether any of it is about the directory.
  func takeChanges() -> Bool {
    guard let descriptor else { return false }
    let instance = FileDescriptor(rawValue: descriptor)
    var isAbout = false
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while let count = try? instance.readOnce(into: &buffer), count > 0 {
      isAbout = isAboutDirectory(buffer[..<count]) || isAbout
    }
    return isAbout
  }

  /// Reads `struct inotify_event`s: watch, mask, cookie and length of four bytes each, then the name,
  /// filled up with zeros.
  private func isAboutDirectory(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while rest.count >= 16 {
      let watch = CInt(bitPattern: number(rest.dropFirst(0)))
      let length = Int(number(rest.dropFirst(12)))
      let name = rest.dropFirst(16).prefix(length).prefix { $0 != 0 }
      if watch != parent || name.elementsEqual(self.name) { return true }
      rest = rest.dropFirst(16 + length)
    }
    return false
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
