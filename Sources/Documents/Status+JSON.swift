package import JSONText
package import Shapes

extension Status: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("host", host)
    object.field("patches", patches)
    object.field("transition", transition)
    object.field("conditions", conditions)
    object.field("unobserved", unobserved)
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
  }
}

extension TransitionStatus: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    transition.writeFields(to: &object)
    object.field("since", since)
    object.field("blockers", blockers)
  }
}

extension Condition.Kind: JSONValue {}
extension Condition.Truth: JSONValue {}

extension Condition: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("type", kind)
    object.field("status", status)
    object.field("reason", reason)
    object.field("message", message)
  }
}
