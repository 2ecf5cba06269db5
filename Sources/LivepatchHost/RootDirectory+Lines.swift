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
