internal import Documents

/// Turns readings into facts and keeps what could not be used.
struct Observer {
  let root: RootDirectory
  private(set) var unobserved: [Unobserved] = []

  init(root: RootDirectory) {
    self.root = root
  }

  /// A value that a host always has: absent is unknown too.
  mutating func fact<Value>(_ reading: Reading<Value>) -> Fact<Value> {
    optionalFact(reading) ?? .unknown
  }

  /// A value that not every host has: nil where it has none.
  mutating func optionalFact<Value>(_ reading: Reading<Value>) -> Fact<Value>? {
    switch reading {
    case .value(let value): return .known(value)
    case .absent: return nil
    case .failed(let failure):
      note(failure)
      return .unknown
    }
  }

  /// Writes down once why something is unknown.
  mutating func note(_ failure: ReadFailure) {
    let entry = failure.unobserved
    if !unobserved.contains(entry) { unobserved.append(entry) }
  }

  /// Writes down that something is not as it has to be.
  mutating func note(_ path: String, _ problem: String) {
    note(.malformed(path: "/" + path, message: problem))
  }
}
