internal import ArgumentParser
internal import Documents
internal import Shapes

/// A moment on the command line, RFC 3339: `2026-11-25T22:00:00Z`, `2026-11-25T23:00:00+01:00`.
struct MomentArgument: ExpressibleByArgument {
  let time: Timestamp

  init?(argument: String) {
    guard let seconds = RFC3339.secondsSinceEpoch(argument) else { return nil }
    time = Timestamp(secondsSinceEpoch: seconds)
  }
}
