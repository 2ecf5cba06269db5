internal import Glibc
package import SystemPackage

/// Removes a directory with all it holds, following no links; what is not there is removed already.
package func removeTree(_ path: FilePath) throws(SystemError) {
  var status = stat()
  guard unsafe lstat(path.string, &status) == 0 else {
    if errno == ENOENT { return }
    throw SystemError("lstat", path.string, Errno(rawValue: errno))
  }
  let isDirectory = status.st_mode & S_IFMT == S_IFDIR
  if isDirectory, let entries = try? listTrusted(path, trust: .unchecked) {
    for entry in entries { try removeTree(path.appending(entry.name)) }
  }
  try orFailure(isDirectory ? "rmdir" : "unlink", path) { () throws(Errno) in
    _ = try systemCall { unsafe isDirectory ? rmdir(path.string) : unlink(path.string) }
  }
}
