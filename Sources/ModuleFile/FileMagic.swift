extension ModuleProblem {
  /// What the first bytes of a file say it is, when they do not say ELF; nil when they do.
  init?(magicOf file: [UInt8]) {
    if file.starts(with: [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) {
      return nil
    }
    if file.isEmpty {
      self = .notELF(.empty)
    } else if file.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) {
      self = .compressed(.xz)
    } else if file.starts(with: [0x1f, 0x8b]) {
      self = .compressed(.gzip)
    } else if file.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
      self = .compressed(.zstd)
    } else if file.starts(with: "version https://git-lfs".utf8) {
      self = .notELF(.gitLFSPointer)
    } else {
      let start = String(decoding: file.prefix(64), as: UTF8.self).lowercased()
      let text = start.drop { $0.isWhitespace }
      let isPage = text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
      self = .notELF(isPage ? .webPage : .nothing)
    }
  }
}
