internal import ArgumentParser
internal import Documents
internal import Shapes

/// When something ends: a time of RFC 3339, or a length of time from now on.
enum UntilArgument: ExpressibleByArgument {
  case at(Timestamp)
  case after(Duration)

  init?(argument: String) {
    if let seconds = RFC3339.secondsSinceEpoch(argument) {
      self = .at(Timestamp(secondsSinceEpoch: seconds))
    } else if let duration = Duration(shortText: argument) {
      self = .after(duration)
    } else {
      return nil
    }
  }

  func timestamp(from now: Timestamp) -> Timestamp {
    switch self {
    case .at(let time): time
    case .after(let duration): now.advanced(by: duration)
    }
  }

  /// The last that a document can write.
  static let latest = Timestamp(secondsSinceEpoch: 253_402_300_799)
}
