internal import CFiles
package import SystemPackage

/// A file in memory whose bytes nobody can change any more, this process included (memfd_create(2),
/// sealed against writing, growing, shrinking and unsealing).
///
/// - Parameters:
///   - name: what /proc/self/fd shows.
///   - bytes: what it holds. The offset is at their beginning.
/// - Returns: the descriptor, close-on-exec.
/// - Throws: `SystemError`, for want of memory or descriptors.
package func sealedFile(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> OwnedDescriptor {
  let path = FilePath("memfd:\(name)")
  let file = try memoryFile(name)
  try orFailure("write", path) { () throws(Errno) in
    try file.descriptor.writeEverything(bytes)
    try file.descriptor.rewind()
  }
  try orFailure("fcntl", path) { () throws(Errno) in
    let answer = klp_seal(file.descriptor.rawValue)
    guard answer == 0 else { throw Errno(rawValue: -answer) }
  }
  return file
}

/// An empty file in memory, to be written to.
///
/// - Parameter name: what /proc/self/fd shows.
/// - Returns: the descriptor, close-on-exec.
/// - Throws: `SystemError`, for want of memory or descriptors.
package func memoryFile(_ name: String) throws(SystemError) -> OwnedDescriptor {
  try orFailure("memfd_create", FilePath("memfd:\(name)")) { () throws(Errno) in
    let answer = unsafe name.withCString { unsafe klp_memory_file($0) }
    guard answer >= 0 else { throw Errno(rawValue: -answer) }
    return OwnedDescriptor(FileDescriptor(rawValue: answer))
  }
}

/// Gives back the memory of a part of a file, which from then on reads as zeros; the file is as long as
/// before.
///
/// - Throws: `Errno`, where the file system cannot do that.
package func letGo(
  of part: Range<Int64>, in file: FileDescriptor
) throws(Errno) {
  if part.isEmpty { return }
  let answer = klp_punch_hole(file.rawValue, part.lowerBound, part.upperBound - part.lowerBound)
  guard answer == 0 else { throw Errno(rawValue: -answer) }
}
