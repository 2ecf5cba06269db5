package import JSONText
package import Shapes

extension Validation: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("valid", isValid)
    object.field("policies", policies)
    object.field("diagnostics", diagnostics)
  }
}

extension Validation {
  package static let about = "What is wrong with policies."

  package init<S: Shape>(_ shape: inout S) {
    isValid = shape.required("valid", "whether the policies can be used")
    policies = shape.required("policies", "the names of the policies that could be read")
    diagnostics = shape.required("diagnostics", "what is wrong, in the order of the files")
  }
}

extension Validation.Finding.Severity: JSONValue, ShapedValue {}

extension Validation.Finding: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("severity", severity)
    object.field("code", code)
    object.field("message", message)
    object.field("advice", advice)
    object.field("path", path)
    object.field("line", line)
    object.field("column", column)
    object.field("notes", notes)
  }
}

extension Validation.Finding: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    severity = shape.required("severity", "a warning fails only with --strict")
    code = shape.required("code", "a stable name")
    message = shape.required("message", "what is wrong")
    advice = shape.optional("advice", "what to do about it")
    path = shape.optional("path", "the file")
    line = shape.optional("line", "from 1")
    column = shape.optional("column", "from 1, in code points")
    notes = shape.required("notes", "remarks with places of their own")
  }
}

extension Validation.Note: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("message", message)
    object.field("location", location)
  }
}

extension Validation.Note: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    message = shape.required("message", "the remark")
    location = shape.optional("location", "path:line:column")
  }
}
