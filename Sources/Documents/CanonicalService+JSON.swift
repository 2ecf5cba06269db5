package import JSONText
package import Shapes

extension Services.Canonical: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("client", client)
    object.field("version", version)
    object.field("enabled", isEnabled)
    object.field("lastCheck", lastCheck)
    object.field("tier", tier)
    object.field("kernels", kernels)
    object.field("configuration", configuration)
  }

  package init<S: Shape>(_ shape: inout S) {
    client = shape.required("client", "the client that was asked")
    version = shape.optional("version", "its version")
    isEnabled = shape.required("enabled", "whether the machine is enabled")
    lastCheck = shape.optional("lastCheck", "when it last asked for patches")
    tier = shape.optional("tier", "the tier of patches that the machine gets")
    kernels = shape.optional("kernels", "what it says of each kernel")
    configuration = shape.optional("configuration", "how it is set")
  }
}

extension Services.Canonical.CheckState: JSONValue, ShapedValue {}
extension Services.Canonical.State: JSONValue, ShapedValue {}
extension Services.Canonical.Supported: JSONValue, ShapedValue {}

extension Services.Canonical.Kernel: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("kernel", kernel)
    object.field("running", isRunning)
    object.field("checkState", checkState)
    object.field("state", state)
    object.field("version", version)
    object.field("fixes", fixes)
    object.field("supported", supported)
    object.field("upgradeRequiredDate", upgradeRequiredDate)
  }

  package init<S: Shape>(_ shape: inout S) {
    kernel = shape.required("kernel", "the kernel, as /proc/version_signature has it")
    isRunning = shape.required("running", "whether it is the one that runs")
    checkState = shape.required("checkState", "whether the client asked for its patches")
    state = shape.required("state", "what became of the live patch")
    version = shape.optional("version", "the live patch's version")
    fixes = shape.required("fixes", "the fixes in it")
    supported = shape.required("supported", "whether there are live patches for it")
    upgradeRequiredDate = shape.optional(
      "upgradeRequiredDate", "when a newer kernel will be needed to get patches")
  }
}

extension Services.Canonical.Fix: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("patched", isPatched)
  }

  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "what it fixes")
    isPatched = shape.required("patched", "whether it is in force, as the client has it")
  }
}

extension Services.Canonical.Configuration: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("server", server)
    object.field("cutoffDate", cutoffDate)
    object.field("patchDelay", patchDelay)
    object.field("checkInterval", checkInterval)
  }

  package init<S: Shape>(_ shape: inout S) {
    server = shape.optional("server", "where the patches come from")
    cutoffDate = shape.optional("cutoffDate", "patches that were published later are not taken")
    patchDelay = shape.optional(
      "patchDelay", "patches are taken so many seconds after they are published")
    checkInterval = shape.optional(
      "checkInterval", "how many minutes lie between two checks; 0 is never")
  }
}
