package import Nodes
package import Shapes

/// Which share of the hosts gets a new build, and when.
package final class Rollout: Shaped, Sendable {
  package let from: Located<Moment>
  package let waves: [Wave]
  /// Nobody new is admitted.
  package let paused: Located<Bool>?
  /// Mixed into the hash that puts a host into a bucket.
  package let salt: Located<String>?
  package let place: Place

  package static let foreignKeys = ["start": "from", "startAt": "from", "pause": "paused"]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    from = shape.required(
      "from", "the waves count from then, or from the build's release if that is later")
    waves =
      shape.required(
        "waves", "shares of the hosts, growing", as: NonEmpty<Wave>.self
      ).items
    paused = shape.optional("paused", "true: no host that has not been admitted yet is admitted")
    salt = shape.optional("salt", "another one puts the hosts into another order")
  }

  /// The first hosts, up to a share of all, and when their turn comes.
  package struct Wave: Shaped, Sendable {
    /// Of all hosts, those of the waves before included.
    package let percent: Located<Percentage>
    package let after: Located<Duration>?

    package static let foreignKeys = [
      "percentage": "percent", "share": "percent", "delay": "after",
    ]

    package init<S: Shape>(_ shape: inout S) {
      percent = shape.required("percent", "the share of all hosts, the waves before included")
      after = shape.optional("after", "how long after the beginning; at once if left out")
    }
  }
}

/// From 0 to 100, in hundredths at the finest.
package struct Percentage: ShapedValue, Hashable, Sendable {
  /// Hundredths of a per cent, 0 to 10,000.
  package let basisPoints: Int

  package init<S: ValueShape>(value shape: inout S) {
    basisPoints = Int((shape.number(0...100) * 100).rounded())
  }

  var text: String { decimalText(hundredths: basisPoints) }
}

/// Hundredths as people write them: `50`, `2.5`, `0.25`.
package func decimalText(hundredths: Int) -> String {
  let (whole, rest) = (hundredths / 100, hundredths % 100)
  if rest == 0 { return "\(whole)" }
  return "\(whole)." + (rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")
}

/// A moment, RFC 3339.
package struct Moment: ShapedValue, Hashable, Sendable {
  package let secondsSinceEpoch: Int

  package init<S: ValueShape>(value shape: inout S) {
    secondsSinceEpoch = shape.text(RFC3339.form, or: 0) { RFC3339.secondsSinceEpoch($0) }
  }
}
