package import JSONText
package import Shapes

/// What a hook finds on its standard input: the changes that it runs around.
package struct HookRequest: Hashable, Sendable {
  package static let kind = "HookRequest"

  /// What became of the group; only for `onFailure`.
  package enum Outcome: String, CaseIterable, Sendable {
    /// It was not begun after all, though `preApply` had let it pass.
    case deferred
    /// It failed, and what had been changed with it is back as it was.
    case restored
    /// It failed, and the host is left changed.
    case failed
  }

  package var run: String
  package var hook: HookName
  /// The policy that the hook is written in.
  package var policy: String
  package var host: PlannedHost
  package var group: Int
  /// The patches that the group's steps are for, each once; fewer than the modules where no policy
  /// names one.
  package var patches: [String]
  /// The steps of the group, with what became of them once it is begun.
  package var steps: [Step]
  package var outcome: Outcome?
  /// What failed, or why the group was not begun; only for `onFailure`.
  package var message: String?

  package init(
    run: String, hook: HookName, policy: String, host: PlannedHost, group: Int, steps: [Step],
    outcome: Outcome? = nil, message: String? = nil
  ) {
    self.run = run
    self.hook = hook
    self.policy = policy
    self.host = host
    self.group = group
    patches = steps.compactMap(\.patch).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    self.steps = steps
    self.outcome = outcome
    self.message = message
  }
}

/// When a command of `safety.hooks` runs.
package enum HookName: String, CaseIterable, Hashable, Sendable {
  case preApply, postApply, healthCheck, onFailure
}

/// A hook that a run has run.
package struct HookResult: Hashable, Sendable {
  package enum Status: String, CaseIterable, Sendable {
    case passed
    /// It ended with another exit code than 0.
    case failed
    /// It could not be run, was killed, or took longer than it may.
    case broken
  }

  package var hook: HookName
  package var policy: String
  /// `path:line:column` of where the policy names it.
  package var source: String
  package var group: Int
  package var status: Status
  /// How it ended, with the last line of its standard error.
  package var message: String
  package var durationMilliseconds: Int

  package init(
    hook: HookName, policy: String, source: String, group: Int, status: Status, message: String,
    durationMilliseconds: Int
  ) {
    self.hook = hook
    self.policy = policy
    self.source = source
    self.group = group
    self.status = status
    self.message = message
    self.durationMilliseconds = durationMilliseconds
  }
}

extension HookRequest: Document {
  package static let about =
    "The group of changes that a hook runs around, on its standard input."

  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("run", run)
    object.field("hook", hook)
    object.field("policy", policy)
    object.field("host", host)
    object.field("group", group)
    object.field("patches", patches)
    object.field("steps", steps)
    object.field("outcome", outcome)
    object.field("message", message)
  }

  package init<S: Shape>(_ shape: inout S) {
    run = shape.required("run", "the run's name in the journal")
    hook = shape.required("hook", "which hook it is")
    policy = shape.required("policy", "the policy that it is written in")
    host = shape.required("host", "the host that is changed")
    group = shape.required("group", "the number of the group within the run")
    patches = shape.required("patches", "the patches that the group is about")
    steps = shape.required("steps", "the steps of the group, with their status once it is begun")
    outcome = shape.optional("outcome", "for onFailure: what became of the group")
    message = shape.optional("message", "for onFailure: what failed, for a person")
  }
}

extension HookName: JSONValue, ShapedValue {}
extension HookRequest.Outcome: JSONValue, ShapedValue {}
extension HookResult.Status: JSONValue, ShapedValue {}

extension HookResult: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("hook", hook)
    object.field("policy", policy)
    object.field("source", source)
    object.field("group", group)
    object.field("status", status)
    object.field("message", message)
    object.field("durationMs", durationMilliseconds)
  }
}

extension HookResult: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    hook = shape.required("hook", "which hook it was")
    policy = shape.required("policy", "the policy that it is written in")
    source = shape.required("source", "where, as path:line:column")
    group = shape.required("group", "the group that it ran around")
    status = shape.required("status", "how it ended")
    message = shape.required("message", "how it ended, for a person")
    durationMilliseconds = shape.required("durationMs", "how long it took")
  }
}
