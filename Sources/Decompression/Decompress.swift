/// The bytes of a kernel module, whether the file holds them plain or compressed.
///
/// What the file is called does not matter. Several members, streams or frames, one after the
/// other, are what the command-line tools make of them: their contents in a row. Anything else
/// behind the end is refused.
///
/// - Parameters:
///   - file: the whole file.
///   - limit: how many bytes may come out of it; memory is bounded by that and by `memoryLimit`.
/// - Returns: the module's bytes, which are the file's own where `compression` is nil.
/// - Throws: `DecompressionProblem`.
package func moduleBytes(
  of file: [UInt8], limit: Int = largestModule
) throws(DecompressionProblem) -> (bytes: [UInt8], compression: Compression?) {
  guard let compression = Compression(magicOf: file) else { return (file, nil) }
  switch compression {
  case .xz:
    var decoder = try XZDecoder()
    return (try decompress(file, compression, &decoder, limit: limit), compression)
  case .gzip:
    var decoder = try GzipDecoder()
    return (try decompress(file, compression, &decoder, limit: limit), compression)
  case .zstd:
    var decoder = try ZstdDecoder()
    return (try decompress(file, compression, &decoder, limit: limit), compression)
  }
}

/// How many bytes a module may have: live patches have some hundred kilobytes, with debugging
/// information some ten megabytes.
package let largestModule = 256 << 20

/// How much memory a library may take besides what it puts out: `xz -9` takes 65 MiB.
let memoryLimit = 128 << 20

/// The decoder of one library, in the middle of a file.
protocol Decoder: ~Copyable {
  /// Decodes as much as there is room for; no progress is not an error.
  mutating func decode(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(DecompressionProblem) -> DecodingStep

  /// Makes ready for another member, stream or frame.
  mutating func restart() throws(DecompressionProblem)
}

/// What one call of a library did.
struct DecodingStep {
  var consumed: Int
  var produced: Int
  /// Whether a member, stream or frame is complete.
  var isAtEnd: Bool
}

private func decompress<Library: Decoder & ~Copyable>(
  _ file: [UInt8], _ compression: Compression, _ decoder: inout Library, limit: Int
) throws(DecompressionProblem) -> [UInt8] {
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 256 << 10)
  var offset = 0
  while true {
    let step = try unsafe file.withUnsafeBufferPointer { input throws(DecompressionProblem) in
      try unsafe chunk.withUnsafeMutableBufferPointer { room throws(DecompressionProblem) in
        let rest = unsafe UnsafeBufferPointer(rebasing: input[offset...])
        return try unsafe decoder.decode(rest, into: room)
      }
    }
    guard step.consumed > 0 || step.produced > 0 else { break }
    guard step.produced <= limit - output.count else {
      throw DecompressionProblem(compression, .tooLarge(limit: limit))
    }
    output.append(contentsOf: chunk[..<step.produced])
    offset += step.consumed
    // Without more input a library may still have output.
    guard step.isAtEnd else { continue }
    if offset == file.count { return output }
    guard compression.continues(with: file[offset...]) else {
      throw DecompressionProblem(compression, .trailing(bytes: file.count - offset))
    }
    try decoder.restart()
  }
  throw DecompressionProblem(compression, .truncated)
}
