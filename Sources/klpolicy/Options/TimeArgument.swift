internal import ArgumentParser
internal import Documents
internal import Shapes

/// A moment on the command line, RFC 3339: `2026-12-01T08:00:00Z`, `2026-12-01T08:00:00+01:00`.
struct TimeArgument: ExpressibleByArgument {
  let timestamp: Timestamp

  init?(argument: String) {
    guard let seconds = RFC3339.secondsSinceEpoch(argument) else { return nil }
    timestamp = Timestamp(secondsSinceEpoch: seconds)
  }
}
