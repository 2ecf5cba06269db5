package import JSONText
package import Shapes

extension Report: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("run", run)
    object.field("bootID", bootID)
    object.field("trigger", trigger)
    object.field("result", result)
    object.field("reason", reason)
    object.field("changed", changed)
    object.field("failed", failed)
    object.field("msg", message)
    object.object("diff") { diff in
      diff.field("before", before)
      diff.field("after", after)
    }
    object.field("startedAt", startedAt)
    object.field("durationMs", durationMilliseconds)
    object.field("errors", errors)
    object.field("blockers", blockers)
    object.field("interrupted", interrupted)
    plan.writeContent(statuses: statuses, to: &object)
  }
}

extension Report.Result: JSONValue, ShapedValue {}
extension Report.StepStatus: JSONValue {}
extension RunError.Phase: JSONValue {}

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

extension Blocker: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("pid", pid)
    object.field("tid", tid)
    object.field("command", command)
    object.field("stack", stack)
  }
}
