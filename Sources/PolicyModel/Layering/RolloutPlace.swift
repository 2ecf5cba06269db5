package import Documents
internal import Digests
internal import Shapes

/// Where a host stands in the rollout of a build: the same on every machine, with no server.
package struct RolloutPlace: Sendable {
  package struct Wave: Hashable, Sendable {
    /// From 1.
    package var number: Int
    /// The share of all hosts that this wave reaches, such as `50` or `2.5`.
    package var percent: String
    package var opens: Timestamp
  }

  package enum Turn: Hashable, Sendable {
    case wave(Wave)
    /// All waves together leave the host out.
    case never
    /// The host's machine ID is not known.
    case unknown
    /// The build does not say when it was released.
    case noRelease
  }

  /// 0 to 9,999; nil where the machine ID is not known.
  package let bucket: Int?
  package let turn: Turn

  package init(
    _ rollout: Rollout, patch: String, build: BuildDefinition, machineID: Fact<String>
  ) {
    guard case .known(let machineID) = machineID else {
      (bucket, turn) = (nil, .unknown)
      return
    }
    let bucket = RolloutPlace.bucket(
      salt: rollout.salt?.value ?? "", patch: patch, version: build.version ?? "",
      machineID: machineID)
    self.bucket = bucket
    guard let released = build.releasedAt else {
      turn = .noRelease
      return
    }
    guard let index = rollout.waves.firstIndex(where: { bucket < $0.percent.value.basisPoints })
    else {
      turn = .never
      return
    }
    let wave = rollout.waves[index]
    let start = max(Timestamp(secondsSinceEpoch: rollout.from.value.secondsSinceEpoch), released)
    turn = .wave(
      Wave(
        number: index + 1, percent: wave.percent.value.text,
        opens: start.advanced(by: wave.after?.value ?? .zero)))
  }

  /// The first eight bytes, big-endian, of SHA-256(salt NUL patch NUL version NUL hashed machine
  /// ID), modulo 10,000.
  package static func bucket(
    salt: String, patch: String, version: String, machineID: String
  ) -> Int {
    var digest = SHA256()
    digest.update(Array([salt, patch, version, machineID].joined(separator: "\0").utf8))
    let number = digest.finish().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % 10_000)
  }

  var bucketText: String { bucket.map { "\($0)" } ?? "unknown" }
}
