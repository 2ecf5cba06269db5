internal import Files
internal import Glibc
internal import SystemPackage

/// What openat2(2) with RESOLVE_IN_ROOT does, by hand: `root` is where absolute links begin, and
/// `..` in it leads nowhere.
///
/// Each directory is held by descriptor while the next component is looked up in it, so that a
/// rename in the meantime cannot lead out either.
func openByWalking(
  from root: FileDescriptor, _ path: String, _ flags: CInt
) throws(Errno) -> OwnedDescriptor {
  // Below the root, the deepest last.
  var directories: [FileDescriptor] = []
  defer { close(&directories) }
  var ahead = components(path)
  // As many as the kernel follows in one path.
  var linksLeft = 40
  while let name = ahead.popLast() {
    if name == ".." {
      if let left = directories.popLast() { try? left.close() }
      continue
    }
    let here = directories.last ?? root
    let node = try openAt(here, name, O_PATH | O_NOFOLLOW | O_CLOEXEC)
    switch try node.descriptor.stat().type {
    case .symbolicLink:
      guard linksLeft > 0 else { throw .tooManySymbolicLinkLevels }
      linksLeft -= 1
      let target = try readLink(node.descriptor)
      if target.hasPrefix("/") { close(&directories) }
      ahead += components(target)
    case .directory where !ahead.isEmpty:
      directories.append(node.release())
    default:
      if !ahead.isEmpty { throw .notDirectory }
      return try openAt(here, name, flags | O_NOFOLLOW)
    }
  }
  return try openAt(directories.last ?? root, ".", flags)
}

/// The components that say something, the first one last.
private func components(_ path: String) -> [String] {
  path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
}

private func close(_ directories: inout [FileDescriptor]) {
  for directory in directories { try? directory.close() }
  directories = []
}

private func readLink(_ link: FileDescriptor) throws(Errno) -> String {
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = try systemCall { unsafe readlinkat(link.rawValue, "", &target, target.count) }
  guard count > 0 else { throw .noSuchFileOrDirectory }
  return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
