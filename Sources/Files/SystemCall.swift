internal import Glibc
package import SystemPackage

/// Runs a system call that answers -1 and errno, again as long as a signal interrupts it.
package func systemCall<Result: FixedWidthInteger>(
  _ body: () -> Result
) throws(Errno) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let reason = Errno(rawValue: Glibc.errno)
    if reason != .interrupted { throw reason }
  }
}

extension FileDescriptor {
  /// How much is asked of the kernel in one read.
  private static var chunkSize: Int { 256 << 10 }

  /// Reads from the current offset to the end.
  ///
  /// Nil when there are more than `limit` bytes. Room for as many as are `expected` is made at
  /// once. Throws what read(2) says, never `EINTR`.
  package func readToEnd(limit: Int, expecting expected: Int = 0) throws(Errno) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, max(0, expected)))
    // One byte of room more than expected, so that the usual file ends in its second read.
    var chunk = [UInt8](
      repeating: 0, count: min(FileDescriptor.chunkSize, max(512, expected + 1)))
    while true {
      let count = try readOnce(into: &chunk)
      if count == 0 { return bytes }
      if count > limit - bytes.count { return nil }
      bytes.append(contentsOf: chunk[..<count])
      // It is larger than expected: fewer reads, then.
      if count == chunk.count, count < FileDescriptor.chunkSize {
        chunk = [UInt8](repeating: 0, count: min(FileDescriptor.chunkSize, 8 * count))
      }
    }
  }

  /// One read(2) into the whole of `buffer`; 0 is the end.
  package func readOnce(into buffer: inout [UInt8]) throws(Errno) -> Int {
    let descriptor = rawValue
    return try systemCall {
      unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
    }
  }

  /// Writes all of `bytes` at the current offset.
  ///
  /// Throws what write(2) says, never `EINTR`; part of the bytes may have been written by then.
  package func writeEverything(_ bytes: [UInt8]) throws(Errno) {
    let descriptor = rawValue
    var written = 0
    while written < bytes.count {
      let start = written
      written += try systemCall {
        unsafe bytes.withUnsafeBytes { whole in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[start...])
          return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        }
      }
    }
  }

  /// Puts the offset to the beginning.
  package func rewind() throws(Errno) {
    let descriptor = rawValue
    _ = try systemCall { Glibc.lseek(descriptor, 0, SEEK_SET) }
  }

  /// Waits until what was written is on the disk.
  package func sync() throws(Errno) {
    let descriptor = rawValue
    _ = try systemCall { fsync(descriptor) }
  }
}
