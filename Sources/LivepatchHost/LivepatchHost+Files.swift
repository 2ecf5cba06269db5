extension LivepatchHost {
  /// Whether it is this machine: only there can programs be asked.
  package var isThisMachine: Bool { root.isLive }

  /// All bytes of a file that is none of the kernel's.
  ///
  /// - Parameters:
  ///   - path: below the host's root, without a leading slash.
  ///   - limit: a file with more bytes is malformed.
  /// - Returns: what it holds, or why that is not known.
  package func bytes(ofFile path: String, limit: Int) -> Reading<[UInt8]> {
    root.bytes(path, limit: limit)
  }

  /// The names in a directory, sorted, and of those the directories.
  package func names(in directory: String) -> Reading<(all: [String], directories: [String])> {
    root.entries(directory).map { entries in
      (entries.map(\.name), entries.filter(\.isDirectory).map(\.name))
    }
  }

  /// Whether there is anything of that name; a link counts by what it leads to.
  package func exists(_ path: String) -> Reading<Bool> {
    switch root.exists(path) {
    case .value: .value(true)
    case .absent: .value(false)
    case .failed(let failure): .failed(failure)
    }
  }
}
