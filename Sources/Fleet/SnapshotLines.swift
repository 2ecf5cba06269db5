internal import Files
internal import Glibc
internal import Reconciliation
internal import SystemPackage

/// A line of the input, by its number from 1.
struct SnapshotLine: Sendable {
  enum Content: Sendable {
    case text([UInt8])
    /// It has more bytes than a snapshot may have, and was not kept.
    case tooLong
  }

  var number: Int
  var content: Content
}

/// Splits what comes in by a descriptor into lines, as it comes: a few at a time, and never more than
/// is there already.
///
/// Lines end with a line feed, the last one perhaps without. Those that hold nothing but white space
/// are passed over; they count.
struct SnapshotLines: Sendable {
  /// How the input ended.
  enum Ending: Sendable {
    case complete
    case failed(Errno)
    /// By a signal that asked for it.
    case interrupted
  }

  /// Bytes of one line.
  static let longestLine = 64 << 20
  /// What is given out at once: little enough that the workers end at about the same time.
  private static let batch = (lines: 32, bytes: 128 << 10)
  /// How long a signal may have to wait, in milliseconds.
  private static let patience: CInt = 100

  private let descriptor: FileDescriptor
  private let signals: NotedSignals
  private let limit: Int
  /// What was read and not given out: whole lines, and the beginning of the next.
  private var buffer: [UInt8] = []
  private var start = 0
  /// Up to here there is no line feed behind `start`.
  private var searched = 0
  private var chunk = [UInt8](repeating: 0, count: 256 << 10)
  /// Whether the line that is being read is too long to be kept.
  private var isSkipping = false
  private var number = 0
  /// nil as long as there may be more.
  private(set) var ending: Ending?

  init(_ descriptor: FileDescriptor, signals: NotedSignals, limit: Int = longestLine) {
    self.descriptor = descriptor
    self.signals = signals
    self.limit = limit
  }

  /// The next lines, in order; nil at the end.
  mutating func next() -> [SnapshotLine]? {
    while true {
      if signals.first != nil { ending = .interrupted }
      if case .interrupted = ending { return nil }
      let lines = takeLines()
      if !lines.isEmpty { return lines }
      if ending != nil { return lastLine().map { [$0] } }
      if buffer.count - start > limit { skip() }
      fill()
    }
  }

  private mutating func takeLines() -> [SnapshotLine] {
    var lines: [SnapshotLine] = []
    let first = start
    while lines.count < SnapshotLines.batch.lines, start - first < SnapshotLines.batch.bytes,
      let end = lineFeed()
    {
      take(upTo: end, into: &lines)
      start = end + 1
      searched = start
    }
    return lines
  }

  private mutating func take(upTo end: Int, into lines: inout [SnapshotLine]) {
    number += 1
    let text = buffer[start..<end]
    if isSkipping || text.count > limit {
      isSkipping = false
      lines.append(SnapshotLine(number: number, content: .tooLong))
    } else if !text.allSatisfy(isWhiteSpace) {
      lines.append(SnapshotLine(number: number, content: .text(Array(text))))
    }
  }

  /// What stands behind the last line feed.
  private mutating func lastLine() -> SnapshotLine? {
    guard start < buffer.count || isSkipping else { return nil }
    // What a failed read left is no whole line.
    guard case .complete = ending else { return nil }
    var lines: [SnapshotLine] = []
    take(upTo: buffer.count, into: &lines)
    start = buffer.count
    return lines.first
  }

  private mutating func lineFeed() -> Int? {
    let from = searched
    let found: Int? = unsafe buffer.withUnsafeBytes { bytes in
      guard from < bytes.count, let base = bytes.baseAddress,
        let place = unsafe memchr(base + from, CInt(UInt8(ascii: "\n")), bytes.count - from)
      else { return nil }
      return unsafe UnsafeRawPointer(place) - base
    }
    searched = found ?? buffer.count
    return found
  }

  /// Drops what is there of a line that is too long.
  private mutating func skip() {
    isSkipping = true
    buffer = []
    (start, searched) = (0, 0)
  }

  private mutating func fill() {
    if start > 0 {
      searched -= start
      if start == buffer.count, start > 1 << 20 {
        buffer = []
      } else {
        buffer.removeSubrange(..<start)
      }
      start = 0
    }
    do throws(Errno) {
      guard try waitForInput() else { return }
      let count = try descriptor.readOnce(into: &chunk)
      if count == 0 { ending = .complete }
      buffer.append(contentsOf: chunk[..<count])
    } catch {
      // One that never blocks, and was emptied by another reader.
      if error != .wouldBlock { ending = .failed(error) }
    }
  }

  /// - Returns: false where a signal may have come instead.
  private func waitForInput() throws(Errno) -> Bool {
    var wanted = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    let count = unsafe poll(&wanted, 1, SnapshotLines.patience)
    if count >= 0 { return count > 0 }
    let reason = Errno(rawValue: errno)
    if reason == .interrupted { return false }
    throw reason
  }
}

private func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}
