internal import CLinux
internal import Files
internal import Glibc
internal import SystemPackage

/// A name in a directory.
struct TreeEntry: Hashable {
  var name: String
  /// Another directory of the same name has another one.
  var inode: UInt64
  var isDirectory: Bool
}

extension RootDirectory {
  /// Far more than any of the files read here has.
  private static var limit: Int { 16 << 20 }

  /// All bytes of a file.
  func bytes(_ path: String) -> Reading<[UInt8]> {
    reading(path) { (file, name) throws(Failure) in
      let bytes: [UInt8]?
      do throws(Errno) {
        // Most files read here are one short line; sysfs hands out up to a page at once.
        bytes = try file.readToEnd(limit: RootDirectory.limit, expecting: 4095)
      } catch {
        throw .call("read", error)
      }
      guard let bytes else { throw .malformed("more than \(RootDirectory.limit) bytes") }
      return bytes
    }
  }

  /// A file of text, without line ends at its end.
  func text(_ path: String) -> Reading<String> {
    value(path, expecting: "text in UTF-8") { $0 }
  }

  /// A file that holds one value as text.
  ///
  /// - Parameters:
  ///   - path: relative to the root.
  ///   - expected: what the file is documented to hold, for messages.
  ///   - parse: gets the text without line ends at its end; nil means malformed.
  /// - Returns: the value, or why there is none.
  func value<Value>(
    _ path: String, expecting expected: String, _ parse: (String) -> Value?
  ) -> Reading<Value> {
    switch bytes(path) {
    case .absent: return .absent
    case .failed(let failure): return .failed(failure)
    case .value(let bytes):
      if var text = String(validating: bytes, as: UTF8.self) {
        while text.last?.isNewline == true { text.removeLast() }
        if let value = parse(text) { return .value(value) }
      }
      return .failed(malformed(path, expected: expected, found: bytes))
    }
  }

  /// The message for a file that does not hold what it is documented to hold.
  func malformed(_ path: String, expected: String, found bytes: [UInt8]) -> ReadFailure {
    let excerpt = String(decoding: bytes.prefix(60), as: UTF8.self).debugDescription
    let rest = bytes.count > 60 ? "..." : ""
    return .malformed(path: "/" + path, message: "expected \(expected), found \(excerpt)\(rest)")
  }

  /// The names in a directory, sorted.
  func entries(_ path: String) -> Reading<[TreeEntry]> {
    reading(path, O_DIRECTORY) { (directory, _) throws(Failure) in
      do throws(Errno) {
        return try directory.entries().sorted { $0.name < $1.name }
      } catch {
        throw .call("getdents64", error)
      }
    }
  }

  /// Whether there is anything of that name.
  func exists(_ path: String) -> Reading<Void> {
    reading(path, O_PATH) { (_, _) throws(Failure) in }
  }

  /// Why a file that is there was not read.
  enum Failure: Error {
    case call(String, Errno)
    case malformed(String)
  }

  /// Opens and reads, and tells absence from failure.
  func reading<Value>(
    _ path: String, _ flags: CInt = 0,
    _ read: (FileDescriptor, String) throws(Failure) -> Value
  ) -> Reading<Value> {
    let failure: Failure
    do throws(Errno) {
      let file = try open(path, O_RDONLY | flags)
      do throws(Failure) {
        return .value(try read(file.descriptor, path))
      } catch {
        failure = error
      }
    } catch {
      failure = .call("open", error)
    }
    switch failure {
    // A file of sysfs or proc whose patch, module or task went after it was opened.
    case .call(_, .noSuchFileOrDirectory), .call(_, .noSuchProcess),
      .call(_, .operationNotSupportedByDevice):
      return .absent
    case .call(let operation, let errno):
      return .failed(.unreadable(SystemError(operation, "/" + path, errno)))
    case .malformed(let message):
      return .failed(.malformed(path: "/" + path, message: message))
    }
  }
}

extension FileDescriptor {
  /// What the directory holds, without `.` and `..`, in the order of the kernel.
  fileprivate func entries() throws(Errno) -> [TreeEntry] {
    var entries: [TreeEntry] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe klp_getdents64(rawValue, $0.baseAddress, UInt($0.count))
      }
      if count < 0 { throw Errno(rawValue: CInt(-count)) }
      if count == 0 { return entries }
      var rest = buffer[..<count]
      // struct linux_dirent64 of getdents64(2).
      while rest.count > 19 {
        let start = rest.startIndex
        let (inode, length, type) = unsafe rest.withUnsafeBytes {
          unsafe (
            $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            Int($0.loadUnaligned(fromByteOffset: 16, as: UInt16.self)),
            Int($0.loadUnaligned(fromByteOffset: 18, as: UInt8.self))
          )
        }
        guard length > 19, length <= rest.count else { throw .ioError }
        let name = String(
          decoding: rest[(start + 19)..<(start + length)].prefix { $0 != 0 }, as: UTF8.self)
        rest = rest.dropFirst(length)
        if name == "." || name == ".." { continue }
        entries.append(
          TreeEntry(name: name, inode: inode, isDirectory: isDirectory(name, type)))
      }
    }
  }

  private func isDirectory(_ name: String, _ type: Int) -> Bool {
    if type != DT_UNKNOWN { return type == DT_DIR }
    // A file system that does not say.
    do throws(Errno) {
      _ = try openAt(self, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC)
      return true
    } catch {
      return false
    }
  }
}
