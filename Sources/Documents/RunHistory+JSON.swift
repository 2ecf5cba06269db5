package import JSONText
package import Shapes

extension RunHistory: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("runs", runs)
    object.field("unread", unread)
  }
}

extension RunHistory {
  package static let about = "What was done on a host, by whom and why."

  package init<S: Shape>(_ shape: inout S) {
    runs = shape.required("runs", "runs with work to do and words of people, the newest first")
    unread = shape.required("unread", "lines of the journal that are not as they were written")
  }
}

extension RunHistory.Unread: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", path)
    object.field("line", line)
    object.field("message", message)
  }
}

extension RunHistory.Unread: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    path = shape.required("path", "the file of the journal")
    line = shape.required("line", "the number of the line, from 1")
    message = shape.required("message", "what is wrong with it")
  }
}

extension PastRun: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("run", run)
    object.field("startedAt", startedAt)
    object.field("endedAt", endedAt)
    object.field("durationMs", durationMilliseconds)
    object.field("bootID", bootID)
    object.field("kernel", kernel)
    object.field("trigger", trigger)
    object.field("by", by)
    object.field("reason", reason)
    object.field("rollback", rollback)
    object.field("overridesWindow", overridesWindow)
    object.field("patch", patch)
    object.field("until", until)
    object.field("result", result)
    object.field("changes", changes)
  }
}

extension PastRun: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    run = shape.required("run", "its name in the journal")
    startedAt = shape.required("startedAt", "when it began, or was said")
    endedAt = shape.optional("endedAt", "when it ended")
    durationMilliseconds = shape.optional("durationMs", "how long it took")
    bootID = shape.required("bootID", "the kernel's ID of the boot")
    kernel = shape.optional("kernel", "the kernel release it ran on")
    trigger = shape.required("trigger", "what started it: reconcile, rollback, hold, resume")
    by = shape.optional("by", "the login name of who started it")
    reason = shape.optional("reason", "why, in that person's words")
    rollback = shape.optional("rollback", "the run that it rolled back")
    overridesWindow = shape.required("overridesWindow", "whether windows were overridden")
    patch = shape.optional("patch", "the patch that a hold or its end is about")
    until = shape.optional("until", "when the hold ends by itself")
    result = shape.optional(
      "result", "how the run ended; null when it was killed or is at work, absent for a word")
    changes = shape.required("changes", "what it changed, in order")
  }
}

extension PastChange.Action: JSONValue, ShapedValue {}
extension PastChange.Outcome: JSONValue, ShapedValue {}

extension PastChange: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("action", action)
    object.field("module", module)
    object.field("patch", patch)
    object.field("policy", policy)
    object.field("version", version)
    object.field("buildID", buildID)
    object.field("sha256", sha256)
    object.field("path", path)
    object.field("service", service)
    object.field("package", package)
    object.field("replaces", replaces)
    object.field("setting", setting)
    object.field("before", before)
    object.field("kernel", kernel)
    object.field("reason", reason)
    object.field("undo", isUndo)
    object.field("outcome", outcome)
    object.field("errno", errno)
  }
}

extension PastChange: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "when it was announced")
    action = shape.required("action", "what was done to the module")
    module = shape.required("module", "the module")
    patch = shape.optional("patch", "the patch that it is a build of")
    policy = shape.optional("policy", "the policy it was loaded for")
    version = shape.optional("version", "the build's version")
    buildID = shape.optional("buildID", "its GNU build ID in hex")
    sha256 = shape.optional("sha256", "the digest of its artefact")
    path = shape.optional("path", "the file of a vendor's service that was written or taken away")
    service = shape.optional("service", "the vendor's service that was changed")
    package = shape.optional("package", "the package that was installed or taken away")
    replaces = shape.optional("replaces", "the one of its name that was installed before")
    setting = shape.optional("setting", "the setting of a service that was made")
    before = shape.optional("before", "what that was before, as far as the service shows it")
    kernel = shape.optional(
      "kernel", "the kernel release that it is for, where the run was on another")
    reason = shape.optional("reason", "why, as the plan had it")
    isUndo = shape.required("undo", "whether it undid what had failed")
    outcome = shape.required("outcome", "whether the kernel accepted it; unknown after a kill")
    errno = shape.optional("errno", "the number of the kernel's refusal")
  }
}
