internal import ArgumentParser
internal import Documents
internal import Shapes

/// A moment on the command line, RFC 3339: `2026-11-25T22:00:00Z`, `2026-11-25T23:00:00+01:00`.
struct MomentArgument {
  let time: Timestamp

  /// - Throws: what to write instead.
  static func parse(_ argument: String) throws -> MomentArgument {
    guard let seconds = RFC3339.secondsSinceEpoch(argument) else {
      throw ValidationError(RFC3339.form.advice(argument) ?? "")
    }
    return MomentArgument(time: Timestamp(secondsSinceEpoch: seconds))
  }
}
