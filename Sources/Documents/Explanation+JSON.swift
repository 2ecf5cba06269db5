package import JSONText
package import Shapes

extension Explanation: Document {
  package static let about =
    "Why a patch is, or is not, applied on a host: every rule that speaks of it."

  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("toolVersion", toolVersion)
    object.field("patch", patch)
    object.field("host", host)
    object.field("outcome", outcome)
    object.field("findings", findings)
  }

  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "the moment that it is explained for")
    toolVersion = shape.required("toolVersion", "the version of klpolicy that made it")
    patch = shape.required("patch", "the patch as policies name it")
    host = shape.required("host", "the host it is explained for")
    outcome = shape.required("outcome", "what the plan says of the patch")
    findings = shape.required("findings", "every rule that speaks of it, in order of decision")
  }
}

extension Explanation.Stage: JSONValue, ShapedValue {}
extension Explanation.Verdict: JSONValue, ShapedValue {}
extension Explanation.Outcome.Result: JSONValue, ShapedValue {}

extension Explanation.Finding: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("stage", stage)
    object.field("subject", subject)
    object.field("policy", policy)
    object.field("verdict", verdict)
    object.field("reason", reason)
    object.field("message", message)
    object.field("until", until)
    object.field("source", source)
    object.field("excerpt", excerpt)
  }
}

extension Explanation.Finding: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    stage = shape.required("stage", "what is decided here")
    subject = shape.required("subject", "what it is about: a policy, a build, a field")
    policy = shape.optional("policy", "the policy that says it")
    verdict = shape.required("verdict", "how it comes out")
    reason = shape.optional("reason", "the verdict's reason, where it has one")
    message = shape.required("message", "why, for a person")
    until = shape.optional("until", "when the verdict ends")
    source = shape.optional("source", "path:line:column of what says it")
    excerpt = shape.optional("excerpt", "the text of that line")
  }
}

extension Explanation.Outcome: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("result", result)
    object.field("reason", reason)
    object.field("message", message)
    object.field("until", until)
    object.field("earliest", earliest)
    object.field("steps", steps)
    object.field("deferred", deferred)
    object.field("blocked", blocked)
    object.field("satisfied", satisfied)
    object.field("unmanaged", unmanaged)
    object.field("warnings", warnings)
  }
}

extension Explanation.Outcome: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    result = shape.required("result", "what it comes to")
    reason = shape.optional("reason", "what blocks or defers it, or why its first step is taken")
    message = shape.required("message", "the same for a person")
    until = shape.optional("until", "when what defers it ends")
    earliest = shape.optional(
      "earliest", "when, at the earliest, a build that waits is admitted and may be loaded")
    steps = shape.required("steps", "the plan's steps for it")
    deferred = shape.required("deferred", "what the plan defers of it")
    blocked = shape.required("blocked", "what the plan blocks of it")
    satisfied = shape.required("satisfied", "what the kernel has of it itself")
    unmanaged = shape.required("unmanaged", "its modules that no given policy speaks of")
    warnings = shape.required("warnings", "those of the whole plan")
  }
}
