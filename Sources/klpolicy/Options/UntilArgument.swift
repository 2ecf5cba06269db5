internal import ArgumentParser
internal import Documents
internal import Shapes

/// When something ends: a time of RFC 3339, or a length of time from now on.
enum UntilArgument {
  case at(Timestamp)
  case after(Duration)

  /// - Throws: what to write instead.
  static func parse(_ argument: String) throws -> UntilArgument {
    if let seconds = RFC3339.secondsSinceEpoch(argument) {
      return .at(Timestamp(secondsSinceEpoch: seconds))
    }
    if let duration = Duration(shortText: argument) { return .after(duration) }
    // A length of time has no `-`, which stands in every date.
    throw ValidationError(
      argument.contains("-")
        ? RFC3339.form.advice(argument) ?? "" : Duration.advice(on: argument))
  }

  func timestamp(from now: Timestamp) -> Timestamp {
    switch self {
    case .at(let time): time
    case .after(let duration): now.advanced(by: duration)
    }
  }

}
