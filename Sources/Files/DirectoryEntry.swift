internal import Glibc
package import SystemPackage

/// A name in a directory.
package struct DirectoryEntry: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A regular file, a link to one, or a link to nothing: opening it tells.
    case file
    /// A directory itself, never a link to one: who descends into these cannot go in circles.
    case directory
    case other
  }

  package let name: FilePath.Component
  package let kind: Kind
  /// Whether it is a symbolic link. `other` and a link is a link to a directory or device.
  package let isLink: Bool
}

/// The entries of a directory, without `.` and `..`, sorted by the bytes of their names.
package func listTrusted(
  _ directory: FilePath, trust: FileTrust
) throws(FileProblem) -> [DirectoryEntry] {
  let place = try find(directory, trust: trust)
  guard place.type == .directory else {
    throw FileProblem(directory, .unreadable(.notDirectory))
  }
  return try orProblem(directory) { () throws(Errno) in
    try entries(of: place.open(O_RDONLY | O_DIRECTORY))
  }
}

private func entries(of directory: consuming OwnedDescriptor) throws(Errno) -> [DirectoryEntry] {
  let descriptor = directory.release()
  guard let stream = unsafe fdopendir(descriptor.rawValue) else {
    let reason = Errno(rawValue: errno)
    try? descriptor.close()
    throw reason
  }
  defer { unsafe closedir(stream) }
  var found: [DirectoryEntry] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(stream) else {
      let reason = Errno(rawValue: errno)
      if reason.rawValue != 0 { throw reason }
      break
    }
    let component = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple)) {
        unsafe FilePath.Component(platformString: $0)
      }
    }
    guard let name = component, name.kind == .regular else { continue }
    // Gone since: as if it had been removed a moment earlier.
    guard let known = directoryEntry(name, in: descriptor) else { continue }
    found.append(known)
  }
  return found.sorted { $0.name.string.utf8.lexicographicallyPrecedes($1.name.string.utf8) }
}

private func directoryEntry(
  _ name: FilePath.Component, in directory: FileDescriptor
) -> DirectoryEntry? {
  let path = FilePath(root: nil, components: name)
  guard let own = try? path.stat(relativeTo: directory, flags: .symlinkNoFollow) else { return nil }
  guard own.type == .symbolicLink else {
    let kind: DirectoryEntry.Kind =
      switch own.type {
      case .regular: .file
      case .directory: .directory
      default: .other
      }
    return DirectoryEntry(name: name, kind: kind, isLink: false)
  }
  let target = try? path.stat(relativeTo: directory, flags: [])
  let leadsToFile = target.map { $0.type == .regular } ?? true
  return DirectoryEntry(name: name, kind: leadsToFile ? .file : .other, isLink: true)
}
