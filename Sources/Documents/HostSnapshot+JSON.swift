package import JSONText

extension HostSnapshot: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("takenAt", takenAt)
    object.field("host", host)
    object.field("live", live)
    object.field("history", history)
    object.field("unobserved", unobserved)
  }
}

extension Unobserved.Problem: JSONValue {}

extension Unobserved: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", path)
    object.field("problem", problem)
    object.field("message", message)
  }
}

extension Host: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("hostname", hostname)
    object.field("machineID", machineID)
    object.field("bootID", bootID)
    object.field("labels", labels)
    object.field("distribution", distribution)
    object.field("architecture", architecture)
    object.field("kernel", kernel)
    object.field("uptimeSeconds", uptimeSeconds)
    object.field("loadPerCPU", loadPerCPU)
    object.field("cpus", cpus)
  }
}

extension Host.Distribution: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("id", id)
    object.field("versionID", versionID)
  }
}

extension Host.Lockdown: JSONValue {}

extension Host.Kernel: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("release", release)
    object.field("version", version)
    object.field("buildID", buildID)
    object.field("livepatch", livepatch)
    object.field("modules", modules)
    object.field("signatureEnforced", signatureEnforced)
    object.field("lockdown", lockdown)
    object.field("modulesDisabled", modulesDisabled)
    object.field("ftraceEnabled", ftraceEnabled)
    object.field("taint", taint)
    object.field("switchedOff", switchedOff)
  }
}

extension LiveState: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("patches", patches)
    object.field("transition", transition)
    object.field("modules", modules)
  }
}

extension ModuleState: JSONValue {}

extension LivePatch: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("state", state)
    object.field("buildID", buildID)
    object.field("replace", replace)
    object.field("stackOrder", stackOrder)
    object.field("referenceCount", referenceCount)
    object.field("taint", taint)
    object.field("objects", objects)
  }
}

extension PatchedObject: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("patched", patched)
    object.field("functions", functions)
  }
}

extension PatchedFunction: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("sympos", sympos)
  }
}

extension LiveTransition.Direction: JSONValue {}

extension LiveTransition: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("direction", direction)
  }
}

extension History: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("managed", managed)
  }
}

extension ManagedModule: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("buildID", buildID)
    object.field("patch", patch)
    object.field("policy", policy)
    object.field("version", version)
    object.field("fixes", fixes)
    object.field("requires", requires)
    object.field("replace", replace)
    object.field("sha256", sha256)
    object.field("stored", stored)
  }
}
