package import JSONText
package import Shapes

extension Status: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("host", host)
    object.field("patches", patches)
    object.field("transition", transition)
    object.field("conditions", conditions)
    object.field("holds", holds)
    object.field("failures", failures)
    if !unfinished.isEmpty { object.field("unfinished", unfinished) }
    object.field("unobserved", unobserved)
    object.field("supportedUntil", supportedUntil)
    object.field("agent", agent)
    object.field("services", services)
    if services != nil { object.field("disagreements", disagreements) }
  }
}

extension Status {
  package static let about = "The live state of a host."

  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "when it was observed")
    host = shape.required("host", "the facts of the host and of its kernel")
    patches = shape.required("patches", "the live patches in memory")
    transition = shape.optional("transition", "the transition that is running")
    conditions = shape.required("conditions", "statements about the host as a whole")
    holds = shape.optional("holds", "the holds in force") ?? .known([])
    failures = shape.optional("failures", "what is not to be tried again as it was") ?? []
    unfinished =
      shape.optional("unfinished", "packages that a run did not get to verify") ?? []
    unobserved = shape.required("unobserved", "what could not be read, and why")
    supportedUntil = shape.optional(
      "supportedUntil", "the last day on which policies support the kernel that runs")
    agent = shape.optional(
      "agent", "what the agent says of itself; absent where none ran since boot")
    services = shape.optional("services", "what the live-patch services of vendors say")
    disagreements =
      shape.optional("disagreements", "where they and the kernel do not say the same") ?? []
  }
}

extension PatchStatus: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", live.module)
    object.field("state", live.state)
    object.field("buildID", live.buildID)
    object.field("managed", managed)
    object.field("patch", patch)
    object.field("policy", policy)
    object.field("version", version)
    object.field("replace", live.replace)
    object.field("stackOrder", live.stackOrder)
    object.field("referenceCount", live.referenceCount)
    object.field("taint", live.taint)
    object.array("functions") { functions in
      for patched in live.objects {
        for function in patched.functions {
          functions.object { fields in
            fields.field("object", patched.name)
            fields.field("name", function.name)
            fields.field("sympos", function.sympos)
          }
        }
      }
    }
    object.field("fixes", fixes)
    if !unpatched.isEmpty { object.field("unpatched", unpatched) }
  }
}

extension PatchStatus: Shaped {
  private struct Function: Shaped {
    let object: String
    let function: PatchedFunction

    init<S: Shape>(_ shape: inout S) {
      object = shape.required("object", "vmlinux or a module")
      function = PatchedFunction(&shape)
    }
  }

  package init<S: Shape>(_ shape: inout S) {
    let module: String = shape.required("module", "the module's name")
    let state: Fact<ModuleState> = shape.required("state", "where it stands")
    let buildID: Fact<String>? = shape.optional("buildID", "its GNU build ID in hex")
    managed = shape.required("managed", "whether klpolicy loaded this build in this boot")
    patch = shape.optional("patch", "the patch that it is a build of")
    policy = shape.optional("policy", "the policy it was loaded for")
    version = shape.optional("version", "the build's version")
    let replace: Fact<Bool> = shape.required("replace", "whether it takes every other patch off")
    let order: Fact<Int>? = shape.optional("stackOrder", "from 1; the highest wins")
    let references: Fact<Int> = shape.required("referenceCount", "the module's reference count")
    let taint: Fact<String> = shape.required("taint", "the letters of the taint it brought")
    let functions: [Function] = shape.required("functions", "what it patches")
    fixes = shape.required("fixes", "the vulnerabilities it fixes while applied")
    unpatched =
      shape.optional(
        "unpatched",
        "what is in memory and the kernel has hooked no function of, so that it fixes nothing")
      ?? []
    let objects = Dictionary(grouping: functions, by: \.object).sorted { $0.key < $1.key }
    live = LivePatch(
      module: module, state: state, buildID: buildID, replace: replace, stackOrder: order,
      referenceCount: references, taint: taint,
      objects: objects.map { name, functions in
        PatchedObject(name: name, patched: .unknown, functions: functions.map(\.function))
      })
  }
}

extension TransitionStatus: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    transition.writeFields(to: &object)
    object.field("since", since)
    object.field("blockers", blockers)
  }
}

extension TransitionStatus: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    transition = LiveTransition(&shape)
    since = shape.required("since", "when it began, if klpolicy began it")
    blockers = shape.required("blockers", "the tasks that hold it up")
  }
}

extension Condition.Kind: JSONValue, ShapedValue {}
extension Condition.Truth: JSONValue, ShapedValue {}

extension Condition: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("type", kind)
    object.field("status", status)
    object.field("reason", reason)
    object.field("message", message)
  }
}

extension Condition: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    kind = shape.required("type", "what it is about")
    status = shape.required("status", "whether it holds")
    reason = shape.required("reason", "one word in CamelCase")
    message = shape.required("message", "for a person")
  }
}
