package import JSONText
package import Shapes

extension Holds: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("changed", changed)
    object.field("msg", message)
    object.field("holds", holds)
  }
}

extension Holds {
  package static let about = "The holds in force on a host."

  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "when they were in force")
    changed = shape.required("changed", "whether the command changed anything")
    message = shape.required("msg", "what the command did, for a person")
    holds = shape.required("holds", "the holds in force")
  }
}
