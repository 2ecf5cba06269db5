internal import CFiles
package import SystemPackage

extension FileDescriptor {
  /// Sets room aside on the disk behind `offset` without changing the file's size, so that later
  /// writes there cannot fail for want of it (fallocate(2), FALLOC_FL_KEEP_SIZE).
  ///
  /// Throws `notSupported` where the file system cannot.
  package func reserve(_ count: Int64, from offset: Int64) throws(Errno) {
    let answer = klp_reserve(rawValue, offset, count)
    if answer != 0 { throw Errno(rawValue: -answer) }
  }
}
