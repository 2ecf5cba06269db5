package import JSONText
package import Shapes

extension Plan: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("changed", changed)
    object.field("diff", difference)
    writeContent(to: &object)
  }

  /// Every field of a plan but `changed` and `diff`, which a report has in a meaning of its own.
  func writeContent(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("toolVersion", toolVersion)
    object.field("digest", digest)
    object.field("host", host)
    object.field("policies", policies)
    object.field("basis", basis)
    object.field("snapshotDigest", snapshotDigest)
    object.field("gates", gates)
    object.field("steps", steps)
    object.field("deferred", deferred)
    object.field("blocked", blocked)
    object.field("satisfied", satisfied)
    object.field("unmanaged", unmanaged)
    object.object("summary") { counts in
      for action in Step.Action.allCases {
        counts.field(action.rawValue, summary[action] ?? 0)
      }
    }
    object.field("after", after)
    object.field("warnings", warnings)
    object.field("request", request)
  }
}

extension Plan {
  package static let about = "What would be done to a host, and what would not, and why."

  package init<S: Shape>(_ shape: inout S) {
    let _: Bool = shape.required("changed", "whether carrying it out would change anything")
    let difference: StateDifference? = shape.optional(
      "diff", "the live patches now, and as they would be")
    self.init(content: &shape)
    self.difference = difference ?? StateDifference()
  }

  /// Every field of a plan but `changed` and `diff`.
  init<S: Shape>(content shape: inout S) {
    at = shape.required("at", "the moment the plan was made for")
    toolVersion = shape.required("toolVersion", "the version of klpolicy that made it")
    digest = shape.required("digest", "SHA-256 of the plan without this field (RFC 8785)")
    host = shape.required("host", "the host it is for")
    policies = shape.required("policies", "the policies that selected the host")
    basis = shape.required("basis", "what the plan rests on")
    snapshotDigest = shape.required("snapshotDigest", "the digest of the basis")
    gates = shape.required("gates", "the gates that were asked about each change, in their order")
    steps = shape.required("steps", "what is done, in order")
    deferred = shape.required("deferred", "what waits")
    blocked = shape.required("blocked", "what will not happen until someone acts")
    satisfied = shape.required("satisfied", "patches that need nothing on this host")
    unmanaged = shape.required("unmanaged", "live patches that no given policy speaks of")
    let _: [String: Int] = shape.required("summary", "how many steps there are of each action")
    after = shape.required("after", "the modules in memory when every step is done")
    warnings = shape.required("warnings", "what a person should know")
    request = shape.optional("request", "what a saved plan was made of and with")
  }
}

extension PlanRequest: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("paths", paths)
    object.field("prune", prune)
    object.field("allowEmpty", allowEmpty)
    object.field("overrideWindow", overridesWindow)
  }
}

extension PlanRequest: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    paths = shape.required("paths", "the policy files and directories that were given, absolute")
    prune = shape.required("prune", "whether --prune was given, and has to be again")
    allowEmpty = shape.required(
      "allowEmpty", "whether --allow-empty was given, and has to be again")
    overridesWindow = shape.required(
      "overrideWindow", "whether --override-window was given, and has to be again")
  }
}

extension Gate: JSONValue, ShapedValue {}
extension GateResult.Verdict: JSONValue, ShapedValue {}

extension GateResult: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("gate", gate)
    object.field("patch", patch)
    object.field("module", module)
    object.field("policy", policy)
    object.field("source", source)
    object.field("verdict", verdict)
    object.field("reason", reason)
    object.field("message", message)
    object.field("until", until)
  }
}

extension GateResult: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    gate = shape.required("gate", "which gate")
    patch = shape.optional("patch", "the patch that is changed")
    module = shape.optional("module", "the module that is changed")
    policy = shape.optional("policy", "the policy whose rule it is")
    source = shape.optional("source", "path:line:column of that rule")
    verdict = shape.required("verdict", "what came of it")
    reason = shape.optional("reason", "why the change does not begin")
    message = shape.required("message", "the same for a person")
    until = shape.optional("until", "when it lets the change pass")
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

extension PlannedHost: Shaped {
  private struct Kernel: Shaped {
    let release: String
    let buildID: Fact<String>

    init<S: Shape>(_ shape: inout S) {
      release = shape.required("release", "as uname -r says it")
      buildID = shape.required("buildID", "its GNU build ID in hex")
    }
  }

  package init<S: Shape>(_ shape: inout S) {
    hostname = shape.required("hostname", "the name that the kernel knows the host by")
    machineID = shape.required("machineID", "HMAC-SHA-256 of the machine ID, in hex")
    let kernel: Kernel = shape.required("kernel", "the kernel it is for")
    kernelRelease = kernel.release
    kernelBuildID = kernel.buildID
  }
}

extension PolicyReference: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("path", path)
    object.field("sha256", sha256)
  }
}

extension PolicyReference: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "the policy's name")
    path = shape.required("path", "the file it stands in")
    sha256 = shape.required("sha256", "the digest of that file")
  }
}

extension Basis: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("fact", fact)
    object.field("value", value)
    object.field("sha256", sha256)
  }
}

extension Basis: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    fact = shape.required("fact", "what was read")
    value = shape.optional("value", "what was found there, as JSON, unless it is long")
    sha256 = shape.required("sha256", "the digest of what was found there")
  }
}

extension Step.Action: JSONValue, ShapedValue {}
extension Step.Status: JSONValue, ShapedValue {}
extension Reason: JSONValue, ShapedValue, TranslatedWord {
  package static var name: String { "a reason that plans give" }

  /// The reasons that have a word of the text in them.
  package static func advice(on text: String) -> String? {
    let words = text.lowercased().split { !$0.isLetter }.map { $0.prefix(6) }
    let alike = allCases.map(\.rawValue).filter { reason in
      words.contains { $0.utf8.count >= 4 && reason.contains($0) }
    }
    return alike.isEmpty
      ? "write one such as outside-window or no-build-for-kernel; `klpolicy plan` shows what it is, "
        + "and `klpolicy schema PolicyTest` has all of them"
      : "write \(alike.prefix(4).joined(separator: " or "))"
  }
}

extension Step: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("id", id)
    object.field("group", group)
    object.field("action", action)
    object.field("patch", patch)
    object.field("module", module)
    object.field("kernel", kernel)
    object.field("service", service)
    object.field("path", path)
    object.field("package", package)
    object.field("replaces", replaces)
    object.field("setting", setting)
    object.field("reason", reason)
    object.field("source", source)
    object.field("reversible", reversible)
    object.field("gap", gap)
    object.field("status", status)
  }
}

extension Step: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    id = shape.required("id", "from 1, in the order of doing")
    group = shape.required("group", "what is undone together")
    action = shape.required("action", "what is done")
    patch = shape.optional("patch", "the patch it is done for")
    module = shape.required("module", "the module it is done to")
    kernel = shape.required("kernel", "the kernel release it is done on")
    reason = shape.required("reason", "why it is done, or is not")
    source = shape.optional("source", "path:line:column of the rule that asks for it")
    reversible = shape.required("reversible", "whether the state before can be brought back")
    gap = shape.required("gap", "whether a fix is out of force until a later step")
    service = shape.optional(
      "service", "the vendor's service that it is done to; left out where it is the kernel")
    path = shape.optional("path", "the file that it writes or takes away")
    package = shape.optional("package", "the package that it installs, as rpm has it")
    replaces = shape.optional("replaces", "the package that this one takes the place of")
    setting = shape.optional("setting", "the setting of the service that it makes: key=value")
    status = shape.optional("status", "what became of it, in a report")
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
    object.field("service", service)
  }
}

extension Withheld: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    patch = shape.optional("patch", "the patch")
    module = shape.optional("module", "the module")
    reason = shape.required("reason", "what stands in the way")
    message = shape.required("message", "the same for a person, and what to do")
    source = shape.optional("source", "path:line:column of the rule that asks for it")
    until = shape.optional("until", "when it ends")
    openCVEs = shape.required("openCVEs", "the vulnerabilities that stay open")
    service = shape.optional(
      "service", "the vendor's service that it is about; left out where it is the kernel")
  }
}

extension UnmanagedPatch.Ownership: JSONValue, ShapedValue {}

extension UnmanagedPatch: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("state", state)
    object.field("buildID", buildID)
    object.field("ownership", ownership)
    object.field("policy", policy)
  }
}

extension UnmanagedPatch: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the module's name")
    state = shape.required("state", "where it stands")
    buildID = shape.optional("buildID", "its GNU build ID in hex")
    ownership = shape.required("ownership", "whose it is")
    policy = shape.optional("policy", "the policy that an orphan was loaded for")
  }
}

extension PredictedModule: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("state", state)
    object.field("buildID", buildID)
  }
}

extension PredictedModule: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the module's name")
    state = shape.required("state", "where it will stand")
    buildID = shape.optional("buildID", "its GNU build ID in hex")
  }
}

extension Warning: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("code", code)
    object.field("message", message)
    object.field("source", source)
  }
}

extension Warning: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    code = shape.required("code", "a stable name")
    message = shape.required("message", "for a person")
    source = shape.optional("source", "path:line:column of what it is about")
  }
}

extension Satisfied: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("patch", patch)
    object.field("reason", reason)
    object.field("message", message)
    object.field("source", source)
  }
}

extension Satisfied: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    patch = shape.required("patch", "its name in the policies")
    reason = shape.required("reason", "why it needs nothing")
    message = shape.required("message", "the same for a person")
    source = shape.optional("source", "path:line:column of the rule that names it")
  }
}
