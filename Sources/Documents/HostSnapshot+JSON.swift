package import JSONText
package import Shapes

extension HostSnapshot: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("takenAt", takenAt)
    object.field("host", host)
    object.field("live", live)
    object.field("services", services)
    object.field("history", history)
    object.field("facts", facts)
    object.field("unobserved", unobserved)
  }
}

extension HostSnapshot {
  package static let about = "A host at one moment, as it was observed."

  package init<S: Shape>(_ shape: inout S) {
    takenAt = shape.required("takenAt", "when it was taken")
    host = shape.required("host", "the facts of the host and of its kernel")
    live = shape.required("live", "the live patches in memory")
    services = shape.optional("services", "what the live-patch services of vendors say")
    history = shape.required("history", "what the journal and the store know")
    facts = shape.optional("facts", "what the modules of certain policies need of the kernel")
    unobserved = shape.required("unobserved", "what could not be read, and why")
  }
}

extension Unobserved.Problem: JSONValue, ShapedValue {}

extension Unobserved: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", path)
    object.field("problem", problem)
    object.field("message", message)
  }
}

extension Unobserved: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    path = shape.required("path", "the file or directory")
    problem = shape.required("problem", "there and unreadable, or there and not understood")
    message = shape.required("message", "the error, or what was found")
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
    object.field("clockSynchronised", clockSynchronised)
    object.field("installedKernels", installedKernels)
  }
}

extension Host: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    hostname = shape.required("hostname", "the name that the kernel knows the host by")
    machineID = shape.required("machineID", "HMAC-SHA-256 of the machine ID, in hex")
    bootID = shape.required("bootID", "the kernel's ID of this boot")
    labels = shape.required("labels", "labels from the host's configuration")
    distribution = shape.optional("distribution", "ID and VERSION_ID of os-release(5)")
    architecture = shape.required("architecture", "as uname -m says it")
    kernel = shape.required("kernel", "the running kernel and what it allows")
    uptimeSeconds = shape.required("uptimeSeconds", "seconds since the boot")
    loadPerCPU = shape.required("loadPerCPU", "the one-minute load average over the number of CPUs")
    cpus = shape.required("cpus", "CPUs online")
    clockSynchronised = shape.optional(
      "clockSynchronised", "whether the kernel holds its clock for synchronised")
    installedKernels = shape.optional(
      "installedKernels", "the releases of the kernels that are installed and could be booted")
  }
}

extension Host.Distribution: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("id", id)
    object.field("versionID", versionID)
  }
}

extension Host.Distribution: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    id = shape.required("id", "ID of os-release(5)")
    versionID = shape.optional("versionID", "VERSION_ID of os-release(5)")
  }
}

extension Host.Lockdown: JSONValue, ShapedValue {}

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

extension Host.Kernel: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    release = shape.required("release", "as uname -r says it")
    version = shape.required("version", "as uname -v says it")
    buildID = shape.required("buildID", "the GNU build ID in hex")
    livepatch = shape.required("livepatch", "whether /sys/kernel/livepatch exists")
    modules = shape.required("modules", "whether the kernel has loadable modules")
    signatureEnforced = shape.required("signatureEnforced", "sig_enforce")
    lockdown = shape.optional("lockdown", "the lockdown level in force")
    modulesDisabled = shape.required("modulesDisabled", "kernel.modules_disabled")
    ftraceEnabled = shape.optional("ftraceEnabled", "kernel.ftrace_enabled")
    taint = shape.required("taint", "the kernel's taint bits")
    switchedOff = shape.required(
      "switchedOff", "whether klpolicy=off stands on the kernel's command line")
  }
}

extension LiveState: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("patches", patches)
    object.field("transition", transition)
    object.field("modules", modules)
  }
}

extension LiveState: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    patches = shape.required("patches", "every live patch module in memory, in load order")
    transition = shape.optional("transition", "the transition that is running")
    modules = shape.optional("modules", "the names of all loaded modules")
  }
}

extension ModuleState: JSONValue, ShapedValue {}

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

extension LivePatch: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the module's name")
    state = shape.required("state", "where it stands")
    buildID = shape.optional("buildID", "its GNU build ID in hex")
    replace = shape.required("replace", "whether it takes every other live patch off")
    stackOrder = shape.optional("stackOrder", "from 1; the highest wins")
    referenceCount = shape.required("referenceCount", "the module's reference count")
    taint = shape.required("taint", "the letters of the taint it brought")
    objects = shape.required("objects", "what it patches")
  }
}

extension PatchedObject: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("patched", patched)
    object.field("functions", functions)
  }
}

extension PatchedObject: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "vmlinux or a module")
    patched = shape.required("patched", "whether its functions are hooked")
    functions = shape.required("functions", "the functions")
  }
}

extension PatchedFunction: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("sympos", sympos)
  }
}

extension PatchedFunction: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "the function")
    sympos = shape.required("sympos", "which of its namesakes, from 1")
  }
}

extension LiveTransition.Direction: JSONValue, ShapedValue {}

extension LiveTransition: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("direction", direction)
  }
}

extension LiveTransition: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the patch in transition")
    direction = shape.required("direction", "where it goes")
  }
}

extension History: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("managed", managed)
    object.field("holds", holds)
    object.field("newestRecordAt", newestRecordAt)
    object.field("failures", failures)
    object.field("verified", verified)
    object.field("unfinished", unfinished)
    object.field("unfinishedPackages", unfinishedPackages)
    if !unfinishedSettings.isEmpty { object.field("unfinishedSettings", unfinishedSettings) }
  }
}

extension History: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    managed = shape.required("managed", "what klpolicy loaded in this boot and has not unloaded")
    // Snapshots of versions that had no holds have none.
    holds = shape.optional("holds", "the holds in force") ?? .known([])
    newestRecordAt = shape.optional(
      "newestRecordAt", "when the newest record of the journal was written")
    failures = shape.optional("failures", "what is not to be tried again as it was") ?? []
    verified =
      shape.optional("verified", "what was verified last on this kernel release, in any boot") ?? []
    unfinished =
      shape.optional("unfinished", "what a run of this boot loaded and did not get to verify") ?? []
    unfinishedPackages =
      shape.optional(
        "unfinishedPackages", "packages that a run installed and did not get to verify") ?? []
    unfinishedSettings =
      shape.optional(
        "unfinishedSettings", "what a run told a vendor's client and did not get to verify") ?? []
  }
}

extension Hold: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("patch", patch)
    object.field("reason", reason)
    object.field("until", until)
    object.field("by", by)
    object.field("since", since)
    object.field("rollback", rollback)
  }
}

extension Hold: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    patch = shape.optional("patch", "the patch it is about; everything where it is left out")
    reason = shape.required("reason", "why, in the words of whoever set it")
    until = shape.optional("until", "when it ends by itself; left out where only resume ends it")
    by = shape.required("by", "the login name of whoever set it")
    rollback = shape.optional("rollback", "the run that was rolled back, if that set it")
    since = shape.required("since", "when it was set")
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
    object.field("moduleSHA256", moduleSHA256)
    object.field("reversal", reversal)
    if isDisabled { object.field("disabled", isDisabled) }
    if isForced { object.field("forced", isForced) }
    object.field("stored", stored)
  }
}

extension ManagedModule: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the module's name")
    buildID = shape.required("buildID", "its GNU build ID in hex")
    patch = shape.required("patch", "the patch that it is a build of")
    policy = shape.required("policy", "the policy it was loaded for")
    version = shape.optional("version", "the build's version")
    fixes = shape.required("fixes", "the vulnerabilities it fixes")
    requires = shape.required("requires", "the patches it needs beneath it")
    replace = shape.required("replace", "whether it takes every other live patch off")
    sha256 = shape.required("sha256", "the digest of its artefact, as it was published")
    moduleSHA256 = shape.optional(
      "moduleSHA256", "the digest of the module itself, where the artefact is compressed")
    reversal = shape.optional("reversal", "where its last transition was turned to")
    isDisabled = shape.optional("disabled", "whether klpolicy disabled it last") ?? false
    isForced = shape.optional("forced", "whether its transition was forced in this boot") ?? false
    stored = shape.required("stored", "whether the store holds the artefact")
  }
}
