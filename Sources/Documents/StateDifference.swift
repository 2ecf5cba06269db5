package import JSONText
package import Shapes

/// What becomes of a host's live patches, as tools show it that show a difference of two texts: a line
/// for each patch.
package struct StateDifference: Hashable, Sendable {
  package var before: String
  package var after: String

  package init(before: String = "", after: String = "") {
    self.before = before
    self.after = after
  }
}

extension StateDifference: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("before", before)
    object.field("after", after)
  }
}

extension StateDifference: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    before = shape.required("before", "the live patches before, a line each")
    after = shape.required("after", "the live patches after, a line each")
  }
}

extension LiveState {
  /// The live patches in the order in which they were loaded, a line each.
  package var summary: String {
    patches.map {
      line($0.module, $0.state.value, $0.buildID.map { $0.value ?? "unknown" })
    }.joined()
  }
}

extension [PredictedModule] {
  /// The same, of what a model predicts.
  package var summary: String {
    map { line($0.module, $0.state, $0.buildID) }.joined()
  }
}

extension [Step] {
  /// The builds that these steps bring into the store, a line each.
  package var storedSummary: String {
    filter { $0.action == .stage }.map { "\($0.module) stored for \($0.kernel)\n" }.joined()
  }
}

private func line(_ module: String, _ state: ModuleState?, _ buildID: String?) -> String {
  "\(module) \(state?.rawValue ?? "unknown")\(buildID.map { " build \($0)" } ?? "")\n"
}
