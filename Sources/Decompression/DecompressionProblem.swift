/// Why compressed bytes were not decompressed.
package struct DecompressionProblem: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// It ends before its end.
    case truncated
    /// Bytes, checksums included, that no compressor makes.
    case damaged
    /// Something follows that belongs to no further member, stream or frame.
    case trailing(bytes: Int)
    /// It holds more than that many bytes.
    case tooLarge(limit: Int)
    /// It takes more memory to decompress than is given to it.
    case tooMuchMemory
    /// The library found no memory, or cannot do that.
    case failed
  }

  package let compression: Compression
  package let kind: Kind

  package init(_ compression: Compression, _ kind: Kind) {
    self.compression = compression
    self.kind = kind
  }
}

extension DecompressionProblem: CustomStringConvertible {
  /// What is wrong, without a full stop, to go on after "PATH cannot be decompressed: ".
  package var description: String {
    switch kind {
    case .truncated: "it is cut off in the middle of its \(compression.rawValue) data"
    case .damaged: "its \(compression.rawValue) data is damaged"
    case .trailing(let bytes):
      "\(bytes) \(bytes == 1 ? "byte follows" : "bytes follow") the end of its "
        + "\(compression.rawValue) data"
    case .tooLarge(let limit):
      "it holds more than \(limit >> 20) MiB, and no live patch is that large"
    case .tooMuchMemory:
      "its \(compression.rawValue) data takes more than \(memoryLimit >> 20) MiB of memory"
    case .failed: "the \(compression.rawValue) library could not do it"
    }
  }

  /// What to do about it, as an instruction.
  package var advice: String {
    switch kind {
    case .truncated, .damaged: "copy it again from where it was published"
    case .trailing: "publish a file that ends where its data does"
    case .tooLarge: "look at what was packed there"
    case .tooMuchMemory:
      "compress it with a smaller \(compression == .zstd ? "window" : "dictionary")"
    case .failed: "see how much memory is free"
    }
  }
}
