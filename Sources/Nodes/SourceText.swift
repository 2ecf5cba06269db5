package import Diagnostics

/// The bytes of one file as they were read, and the name that diagnostics give it.
package struct SourceText: Sendable {
  package let path: String
  /// Which file of the run this is, from 0.
  package let fileIndex: Int
  package let bytes: [UInt8]

  package init(path: String, fileIndex: Int = 0, bytes: [UInt8]) {
    self.path = path
    self.fileIndex = fileIndex
    self.bytes = bytes
  }

  /// A place in this file, with its line of text. Costs a pass over the file: for errors only.
  package func location(_ position: Position?) -> Location {
    Location(
      path: path, fileIndex: fileIndex, position: position,
      excerpt: position.flatMap { line($0.line) })
  }

  /// Line `number` from 1, without its line end; nil behind the last line.
  ///
  /// Long lines are cut at 400 bytes, and bytes that are no UTF-8 are replaced.
  private func line(_ number: UInt32) -> String? {
    var start = bytes.startIndex
    for _ in 1..<max(number, 1) {
      guard let feed = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      start = feed + 1
    }
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    var line = bytes[start..<end].prefix(400)
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }
}
