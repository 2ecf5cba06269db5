internal import Decompression
internal import Files
internal import SystemPackage

extension RootDirectory {
  /// Hands out a file line by line, without holding all of it: some of the kernel's have megabytes.
  ///
  /// Lines come without their ends; what is behind the last of them too, unless it is empty.
  func forEachLine(_ path: String, _ body: (Span<UInt8>) -> Void) -> Reading<Void> {
    reading(path) { (file, _) throws(Failure) in
      var chunk = [UInt8](repeating: 0, count: 256 << 10)
      var pending: [UInt8] = []
      while true {
        let count: Int
        do throws(Errno) {
          count = try file.readOnce(into: &chunk)
        } catch {
          throw .call("read", error)
        }
        if count == 0 { break }
        let rest = handOut(chunk.span.extracting(0..<count), &pending, body)
        guard pending.count + (count - rest) <= RootDirectory.longestLine else {
          throw .malformed("a line of more than \(RootDirectory.longestLine) bytes")
        }
        pending.append(contentsOf: chunk[rest..<count])
      }
      if !pending.isEmpty { body(pending.span) }
    }
  }

  /// The same of a file that may be compressed; what does not come apart is malformed.
  func forEachUnpackedLine(_ path: String, _ body: (Span<UInt8>) -> Void) -> Reading<Void> {
    switch unpacked(path, limit: RootDirectory.mostPacked) {
    case .absent: return .absent
    case .failed(let failure): return .failed(failure)
    case .value(let bytes):
      var pending: [UInt8] = []
      let rest = handOut(bytes.span, &pending, body)
      if rest < bytes.count { body(bytes.span.extracting(rest..<bytes.count)) }
      return .value(())
    }
  }

  /// All bytes of a file that may be compressed.
  ///
  /// - Parameters:
  ///   - path: relative to the root.
  ///   - limit: how many bytes the file may have, and how many may come out of it.
  /// - Returns: what was in it, or why nothing was.
  func unpacked(_ path: String, limit: Int) -> Reading<[UInt8]> {
    switch bytes(path, limit: limit) {
    case .absent: return .absent
    case .failed(let failure): return .failed(failure)
    case .value(let bytes):
      do throws(DecompressionProblem) {
        return .value(try moduleBytes(of: bytes, limit: limit).bytes)
      } catch {
        return .failed(.malformed(path: "/" + path, message: "\(error)"))
      }
    }
  }

  /// Far more than any list of symbols has.
  private static var mostPacked: Int { 64 << 20 }

  private static var longestLine: Int { 1 << 20 }

  /// - Returns: where the line begins that the chunk does not end.
  private func handOut(
    _ chunk: Span<UInt8>, _ pending: inout [UInt8], _ body: (Span<UInt8>) -> Void
  ) -> Int {
    var start = 0
    for index in chunk.indices where chunk[index] == UInt8(ascii: "\n") {
      if pending.isEmpty {
        body(chunk.extracting(start..<index))
      } else {
        for place in start..<index { pending.append(chunk[place]) }
        body(pending.span)
        pending.removeAll(keepingCapacity: true)
      }
      start = index + 1
    }
    return start
  }
}

/// A part of a line as text.
func text(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(range.count)
  for index in range { bytes.append(line[index]) }
  return String(decoding: bytes, as: UTF8.self)
}
