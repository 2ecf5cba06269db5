internal import Diagnostics
internal import Digests

/// The fingerprints of a run's results, which stay when lines are added above.
struct Fingerprints {
  /// By the path that diagnostics give a file, then by line.
  private var lineHashes: [String: [Int: String]] = [:]
  private var counts: [String: Int] = [:]
  private let run: SARIF.Run

  init(_ diagnostics: [Diagnostic], _ run: SARIF.Run) {
    self.run = run
    var lines: [String: Set<Int>] = [:]
    for location in diagnostics.compactMap(\.location) {
      lines[location.path, default: []].insert(Fingerprints.line(location))
    }
    for (path, lines) in lines {
      lineHashes[path] = run.sources[path].map { Rendering.lineHashes(of: $0, lines: lines) }
    }
  }

  /// Those of one diagnostic, asked for in the order of the results.
  ///
  /// `klpolicyFinding/v1` is a digest of the code, the file and the text of the line, and which of
  /// those that are equal in this it is.
  mutating func next(_ diagnostic: Diagnostic) -> [String: String] {
    let path = diagnostic.location?.path ?? run.subject
    let uri = ArtifactURI(path: path, workingDirectory: run.workingDirectory).text
    let words = (diagnostic.location?.excerpt ?? "").split(whereSeparator: \.isWhitespace)
    let parts = [diagnostic.code.name, uri, words.joined(separator: " ")]
    let digest = sha256Hex(Array(parts.joined(separator: "\0").utf8)).prefix(32)
    counts[String(digest), default: 0] += 1
    var fingerprints = ["klpolicyFinding/v1": "\(digest):\(counts[String(digest)] ?? 1)"]
    if let location = diagnostic.location {
      fingerprints["primaryLocationLineHash"] =
        lineHashes[location.path]?[Fingerprints.line(location)]
    }
    return fingerprints
  }

  private static func line(_ location: Location) -> Int {
    location.position.map { Int($0.line) } ?? 1
  }
}
