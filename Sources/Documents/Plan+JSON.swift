package import JSONText
package import Shapes

extension Plan: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("changed", changed)
    writeContent(to: &object)
  }

  /// Every field of a plan but `changed`, which a report has in a meaning of its own.
  func writeContent(
    statuses: [Int: Report.StepStatus]? = nil, to object: inout JSONObjectWriter
  ) {
    object.field("at", at)
    object.field("toolVersion", toolVersion)
    object.field("digest", digest)
    object.field("host", host)
    object.field("policies", policies)
    object.field("basis", basis)
    object.field("snapshotDigest", snapshotDigest)
    object.array("gates") { _ in }
    object.array("steps", of: steps) { step, value in
      value.writeFields(to: &step)
      step.field("status", statuses?[value.id])
    }
    object.field("deferred", deferred)
    object.field("blocked", blocked)
    object.field("unmanaged", unmanaged)
    object.object("summary") { counts in
      for action in Step.Action.allCases {
        counts.field(action.rawValue, summary[action] ?? 0)
      }
    }
    object.field("after", after)
    object.field("warnings", warnings)
  }
}

extension PlannedHost: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("hostname", hostname)
    object.field("machineID", machineID)
    object.object("kernel") { kernel in
      kernel.field("release", kernelRelease)
      kernel.field("buildID", kernelBuildID)
    }
  }
}

extension PolicyReference: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("path", path)
    object.field("sha256", sha256)
  }
}

extension Basis: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("fact", fact)
    object.field("sha256", sha256)
  }
}

extension Step.Action: JSONValue {}
extension Reason: JSONValue {}

extension Step: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("id", id)
    object.field("group", group)
    object.field("action", action)
    object.field("patch", patch)
    object.field("module", module)
    object.field("kernel", kernel)
    object.field("reason", reason)
    object.field("source", source)
    object.field("reversible", reversible)
    object.field("gap", gap)
  }
}

extension Withheld: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("patch", patch)
    object.field("module", module)
    object.field("reason", reason)
    object.field("message", message)
    object.field("source", source)
    object.field("until", until)
    object.field("openCVEs", openCVEs)
  }
}

extension UnmanagedPatch.Ownership: JSONValue {}

extension UnmanagedPatch: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("state", state)
    object.field("buildID", buildID)
    object.field("ownership", ownership)
    object.field("policy", policy)
  }
}

extension PredictedModule: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("state", state)
    object.field("buildID", buildID)
  }
}

extension Warning: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("code", code)
    object.field("message", message)
    object.field("source", source)
  }
}
