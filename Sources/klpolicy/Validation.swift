internal import Diagnostics
internal import JSONText
internal import Rendering

/// What `validate` found.
struct Validation: JSONObject {
  var isValid: Bool
  var policies: [String]
  var diagnostics: [Diagnostic]

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("apiVersion", "klpolicy/v1")
    object.field("kind", "Validation")
    object.field("valid", isValid)
    object.field("policies", policies)
    object.array("diagnostics", of: diagnostics) { fields, diagnostic in
      fields.field("severity", diagnostic.severity.rawValue)
      fields.field("code", diagnostic.code.name)
      fields.field("message", diagnostic.message)
      fields.field("advice", diagnostic.advice)
      fields.field("path", diagnostic.location?.path)
      fields.field("line", diagnostic.location?.position.map { Int($0.line) })
      fields.field("column", diagnostic.location?.position.map { Int($0.column) })
      fields.array("notes", of: diagnostic.notes) { note, value in
        note.field("message", value.message)
        note.field("location", value.location.map { "\($0)" })
      }
    }
  }

  func text(_ style: Style) -> String {
    let count = policies.count == 1 ? "1 policy is" : "\(policies.count) policies are"
    return "\(count) valid.\n"
  }
}
