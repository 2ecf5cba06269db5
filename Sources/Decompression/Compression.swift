/// How a file is compressed.
package enum Compression: String, CaseIterable, Hashable, Sendable {
  case xz, gzip, zstd
}

extension Compression {
  /// What the first bytes say, whatever the file is called; nil for what is none of these.
  package init?(magicOf bytes: some Sequence<UInt8>) {
    let start = Array(bytes.prefix(6))
    guard let found = Compression.allCases.first(where: { start.starts(with: $0.magic) }) else {
      return nil
    }
    self = found
  }

  /// The ending that such files have, without a full stop.
  package var fileExtension: String {
    switch self {
    case .xz: "xz"
    case .gzip: "gz"
    case .zstd: "zst"
    }
  }

  private var magic: [UInt8] {
    switch self {
    case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
    case .gzip: [0x1f, 0x8b]
    case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
    }
  }

  /// Whether another member, stream or frame begins like this.
  func continues(with bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.starts(with: magic) { return true }
    // zstd's skippable frames hold no data (RFC 8878, section 3.1.2).
    let start = Array(bytes.prefix(4))
    return self == .zstd && start.count == 4 && start[0] & 0xf0 == 0x50
      && start[1...].elementsEqual([0x2a, 0x4d, 0x18])
  }
}
