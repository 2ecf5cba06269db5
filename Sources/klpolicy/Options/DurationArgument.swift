internal import ArgumentParser
internal import Shapes

/// A duration on the command line, in the form that policies have too: `30s`, `5m`; or plain `0`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init(duration: Duration) {
    self.duration = duration
  }

  init?(argument: String) {
    guard let duration = argument == "0" ? .zero : Duration(shortText: argument) else { return nil }
    self.duration = duration
  }

  var defaultValueDescription: String { "0" }
}
