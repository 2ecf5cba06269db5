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
  /// The files that these steps take away, or write anew, a line each.
  package var leavingSummary: String {
    map { step in
      if let replaced = step.replaces { return "\(replaced) installed\n" }
      guard let path = step.path, step.setting == nil else { return "" }
      if step.action == .configure { return "\(path) installed\n" }
      return step.reason == .otherBuild ? "\(path) installed in another build\n" : ""
    }.joined()
  }

  /// The builds that these steps bring into the store, or into a service's files, a line each.
  package var storedSummary: String {
    map { step in
      switch step.action {
      case .stage: "\(step.module) stored for \(step.kernel)\n"
      case .install: (step.package ?? step.path).map { "\($0) installed\n" } ?? ""
      case .configure:
        step.setting.map { "\(step.path ?? step.service ?? step.module) \($0)\n" } ?? ""
      case .load, .disable, .unload, .await: ""
      }
    }.joined()
  }
}

private func line(_ module: String, _ state: ModuleState?, _ buildID: String?) -> String {
  "\(module) \(state?.rawValue ?? "unknown")\(buildID.map { " build \($0)" } ?? "")\n"
}
