internal import Files
internal import Glibc
internal import SystemPackage

/// A directory of this process alone, in memory where there is one, for what a program insists on writing
/// though it only looks. It goes with the value.
struct ScratchDirectory: ~Copyable {
  let path: FilePath

  /// - Returns: nil where none can be made.
  init?() {
    for place in ["/dev/shm", "/tmp"] {
      var template = Array("\(place)/klpolicy-XXXXXX".utf8CString)
      if unsafe mkdtemp(&template) != nil {
        path = FilePath(platformString: template)
        return
      }
    }
    return nil
  }

  deinit { try? removeTree(path) }
}
