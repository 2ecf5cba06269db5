package import Diagnostics
internal import Synchronization

/// The bytes of one file as they were read, and the name that diagnostics give it.
///
/// A reference, so that every value can remember where it stood (`Place`) for the price of one.
package final class SourceText: Sendable {
  package let path: String
  /// Which file of the run this is, from 0.
  package let fileIndex: Int
  package let bytes: [UInt8]
  /// Where each line begins, made when the first excerpt is asked for.
  private let lineStarts = Mutex<[Int]?>(nil)
  /// Made when the first excerpt is asked for.
  private let knownSecrets = Mutex<Secrets?>(nil)
  private let isObservation: Bool

  /// - Parameters:
  ///   - path: the name that diagnostics give it.
  ///   - fileIndex: which file of the run it is.
  ///   - bytes: the whole text.
  ///   - isObservation: whether klpolicy itself wrote it, of a host: no secret is looked for in what it
  ///     says of the services there.
  package init(
    path: String, fileIndex: Int = 0, bytes: [UInt8], isObservation: Bool = false
  ) {
    self.path = path
    self.fileIndex = fileIndex
    self.bytes = bytes
    self.isObservation = isObservation
  }

  /// A place in this file, with its line of text.
  package func location(_ position: Position?) -> Location {
    Location(
      path: path, fileIndex: fileIndex, position: position,
      excerpt: position.flatMap { line($0.line) })
  }

  /// A diagnostic without the words of this text that may be secrets.
  package func withoutSecrets(_ diagnostic: Diagnostic) -> Diagnostic {
    let secrets = secrets()
    if secrets.words.isEmpty { return diagnostic }
    var diagnostic = diagnostic
    diagnostic.message = secrets.removed(from: diagnostic.message)
    diagnostic.advice = diagnostic.advice.map(secrets.removed)
    for index in diagnostic.notes.indices {
      diagnostic.notes[index].message = secrets.removed(from: diagnostic.notes[index].message)
    }
    return diagnostic
  }

  /// The position of a byte, in code points; `bytes.count` is the end of the text.
  package func position(ofByte offset: Int) -> Position {
    let starts = starts()
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = bytes[starts[low]..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
    return Position(line: UInt32(low + 1), column: UInt32(column + 1))
  }

  /// Line `number` from 1, without its line end; nil behind the last line.
  ///
  /// Long lines are cut at 400 bytes. Bytes that are no UTF-8 and control characters, which could
  /// act on a terminal, are replaced one for one, so that columns stay true.
  private func line(_ number: UInt32) -> String? {
    let starts = starts()
    let index = Int(number) - 1
    guard starts.indices.contains(index) else { return nil }
    if let shown = secrets().lines[index] { return printable(shown) }
    let start = starts[index]
    let end = index + 1 < starts.count ? starts[index + 1] - 1 : bytes.count
    var line = bytes[start..<end].prefix(400)
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    // Most lines hold nothing that has to be looked at twice.
    if line.allSatisfy({ (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\t") }) {
      return String(decoding: line, as: UTF8.self)
    }
    return printable(String(decoding: line, as: UTF8.self))
  }

  private func printable(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in line.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\t"
      text.append(isControl ? "\u{FFFD}" : scalar)
    }
    return String(text)
  }

  private func secrets() -> Secrets {
    let starts = starts()
    return knownSecrets.withLock { known in
      if let known { return known }
      let secrets = Secrets(bytes, lineStarts: starts, isObservation: isObservation)
      known = secrets
      return secrets
    }
  }

  private func starts() -> [Int] {
    lineStarts.withLock { known in
      if let known { return known }
      var starts = [0]
      for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
        starts.append(index + 1)
      }
      known = starts
      return starts
    }
  }
}
