internal import Files
internal import ModuleFile
internal import SystemPackage

/// The modules that are installed for a kernel release, running or not (depmod(8)).
struct InstalledModules {
  let root: RootDirectory
  /// Where they lie; nil when nothing is installed for the release.
  let folder: String?
  /// Their files below `folder`, by the names that the kernel gives them.
  private let paths: [String: String]
  /// The names in the order of `modules.dep`.
  private let names: [String]

  /// Reads `modules.dep` of a release.
  init(_ root: RootDirectory, release: String) {
    self.root = root
    var paths: [String: String] = [:]
    var names: [String] = []
    var found: String?
    for folder in ["lib/modules/\(release)", "usr/lib/modules/\(release)"] {
      let reading = root.forEachLine(folder + "/modules.dep") { line in
        var end = 0
        while end < line.count, line[end] != UInt8(ascii: ":") { end += 1 }
        let path = text(line, 0..<end)
        guard let name = moduleName(path) else { return }
        names.append(name)
        paths[name] = path
      }
      if reading.value != nil {
        found = folder
        break
      }
    }
    folder = found
    self.paths = paths
    self.names = names
  }

  func contains(_ module: String) -> Bool { paths[module] != nil }

  /// The bytes of a module, decompressed; nil when there are none that can be used.
  func bytes(_ module: String, limit: Int = 256 << 20) -> [UInt8]? {
    guard let folder, let path = paths[module],
      let file = root.unpacked("\(folder)/\(path)", limit: limit).value
    else { return nil }
    return file
  }

  /// Up to `count` modules from all over the list: what one does not use, another one does.
  func sample(_ count: Int) -> [String] {
    guard names.count > count else { return names }
    let step = names.count / count
    return (0..<count).map { names[$0 * step] }
  }
}

/// `kernel/fs/ext4/ext4.ko.xz` is `ext4`; a `-` in it is the kernel's `_`.
private func moduleName(_ path: String) -> String? {
  let file = path.split(separator: "/").last ?? ""
  guard let end = file.firstRange(of: ".ko")?.lowerBound else { return nil }
  return String(file[..<end].map { $0 == "-" ? "_" : $0 })
}

extension RootDirectory {
  /// All bytes of a file that may be larger than those of the kernel.
  func bytes(_ path: String, limit: Int) -> Reading<[UInt8]> {
    reading(path) { (file, _) throws(Failure) in
      let bytes: [UInt8]?
      do throws(Errno) {
        bytes = try file.readToEnd(limit: limit)
      } catch {
        throw .call("read", error)
      }
      guard let bytes else { throw .malformed("more than \(limit) bytes") }
      return bytes
    }
  }
}
