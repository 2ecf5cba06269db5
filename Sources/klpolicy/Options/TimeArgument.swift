internal import ArgumentParser
internal import Documents
internal import Shapes

/// A moment on the command line, in the form of RFC 3339.
struct TimeArgument: ExpressibleByArgument {
  let timestamp: Timestamp

  init?(argument: String) {
    guard let seconds = RFC3339.secondsSinceEpoch(argument) else { return nil }
    timestamp = Timestamp(secondsSinceEpoch: seconds)
  }
}
