package import JSONText
package import Shapes

extension Validation: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("valid", isValid)
    object.field("strict", isStrict)
    object.field("errors", errorCount)
    object.field("warnings", warningCount)
    object.field("policies", policies)
    object.field("files", files)
    object.field("documents", documents)
    object.field("diagnostics", diagnostics)
  }
}

extension Validation {
  package static let about = "What is wrong with policies."

  package init<S: Shape>(_ shape: inout S) {
    isValid = shape.required("valid", "whether the policies can be used")
    isStrict = shape.required("strict", "whether warnings make them unusable too")
    let _: Int = shape.required("errors", "how many of the diagnostics are errors")
    let _: Int = shape.required("warnings", "how many of the diagnostics are warnings")
    policies = shape.required("policies", "the names of the policies that could be read")
    files = shape.required("files", "the files that could be read")
    documents = shape.required("documents", "what was checked, in the order of the files")
    diagnostics = shape.required("diagnostics", "what is wrong, in the order of the files")
  }
}

extension Validation.Document: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("kind", kind)
    object.field("name", name)
    object.field("path", path)
    object.field("line", line)
  }
}

extension Validation.Document: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    kind = shape.optional("kind", "its kind; absent where that is none that is known")
    name = shape.optional("name", "its name; absent where it has none that could be read")
    path = shape.required("path", "the file")
    line = shape.required("line", "where it begins, from 1")
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
