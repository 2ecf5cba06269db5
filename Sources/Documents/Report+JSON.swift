package import JSONText
package import Shapes

extension Report: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("run", run)
    object.field("bootID", bootID)
    object.field("trigger", trigger)
    object.field("result", result)
    object.field("reason", reason)
    object.field("override", override)
    object.field("changed", changed)
    object.field("failed", failed)
    object.field("msg", message)
    object.field("diff", StateDifference(before: before, after: after))
    object.field("startedAt", startedAt)
    object.field("durationMs", durationMilliseconds)
    object.field("errors", errors)
    object.field("blockers", blockers)
    object.field("hooks", hooks)
    object.field("interrupted", interrupted)
    if !collected.isEmpty { object.field("collected", collected) }
    plan.writeContent(to: &object)
  }
}

extension Report {
  package static let about = "What a run did, found and left."

  package init<S: Shape>(_ shape: inout S) {
    run = shape.optional("run", "the run's name in the journal")
    bootID = shape.required("bootID", "the kernel's ID of the boot")
    trigger = shape.required("trigger", "what started the run")
    result = shape.required("result", "how it ended")
    reason = shape.optional("reason", "what was said with --reason, or why it ended so")
    override = shape.optional("override", "who overrode windows in this run, and why")
    changed = shape.required("changed", "whether the host is another than before")
    let _: Bool = shape.required("failed", "whether something went wrong")
    message = shape.required("msg", "one sentence for a person")
    let difference: StateDifference = shape.required("diff", "the live patches before and after")
    before = difference.before
    after = difference.after
    startedAt = shape.required("startedAt", "when the run began")
    durationMilliseconds = shape.required("durationMs", "how long it took")
    errors = shape.required("errors", "what failed")
    blockers = shape.required("blockers", "the tasks that held a transition up")
    hooks = shape.optional("hooks", "the hooks that were run, in that order") ?? []
    interrupted = shape.required("interrupted", "whether the run was asked to stop")
    collected =
      shape.optional(
        "collected", "the digests of the copies that were taken out of the store") ?? []
    plan = Plan(content: &shape)
  }
}

extension Report.Result: JSONValue, ShapedValue {}
extension RunError.Phase: JSONValue, ShapedValue {}

extension Override: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("by", by)
    object.field("reason", reason)
  }
}

extension Override: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    by = shape.required("by", "the login name of whoever did")
    reason = shape.required("reason", "why, in their words")
  }
}

extension RunError: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("step", step)
    object.field("phase", phase)
    object.field("operation", operation)
    object.field("path", path)
    object.field("errno", errno)
    object.field("message", message)
  }
}

extension RunError: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    step = shape.optional("step", "the step that failed")
    phase = shape.required("phase", "when it failed")
    operation = shape.required("operation", "the system call")
    path = shape.required("path", "what it was tried on")
    errno = shape.optional("errno", "the name of the error number")
    message = shape.required("message", "for a person")
  }
}

extension Blocker: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("pid", pid)
    object.field("tid", tid)
    object.field("command", command)
    object.field("stack", stack)
    object.field("why", why)
  }
}

extension Blocker: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    pid = shape.required("pid", "the process")
    tid = shape.required("tid", "the thread")
    command = shape.required("command", "its name")
    stack = shape.required("stack", "its kernel stack, innermost first")
    why = shape.optional("why", "why it holds the transition up, as far as that shows")
  }
}
