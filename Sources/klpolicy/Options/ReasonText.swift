internal import ArgumentParser

/// Demands of a `--reason` that it is one line which says something.
///
/// - Throws: `ValidationError`.
func checkReason(_ reason: String) throws {
  let isLine = reason.unicodeScalars.allSatisfy { !["\n", "\r", "\0"].contains($0) }
  guard isLine, reason.count <= 1000, !reason.allSatisfy(\.isWhitespace) else {
    throw ValidationError("--reason takes one line of 1 to 1000 characters that says why.")
  }
}
