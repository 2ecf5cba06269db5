package import JSONText
package import Shapes

extension TestReport: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("toolVersion", toolVersion)
    object.field("passed", passedCount)
    object.field("failed", failedCount)
    object.field("notRun", notRun)
    object.field("durationMs", duration.wholeMilliseconds)
    object.field("cases", cases)
    object.field("diagnostics", diagnostics)
  }
}

extension TestReport {
  package static let about = "What came of the cases of PolicyTests."

  package init<S: Shape>(_ shape: inout S) {
    toolVersion = shape.required("toolVersion", "the version of klpolicy that ran them")
    let _: Int = shape.required("passed", "how many cases met all that is expected")
    let _: Int = shape.required("failed", "how many did not")
    notRun = shape.required("notRun", "how many --run left out")
    duration = .milliseconds(shape.required("durationMs", "how long all took", as: Int.self))
    cases = shape.required("cases", "those that were run, in the order of the documents")
    diagnostics = shape.required(
      "diagnostics", "what kept them from being run, such as errors in documents; mostly nothing")
  }
}

extension TestReport.Result: JSONValue, ShapedValue {}

extension TestReport.Case: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("document", document)
    object.field("name", name)
    object.field("result", result)
    object.field("path", path)
    object.field("line", line)
    object.field("column", column)
    object.field("durationMs", duration.wholeMilliseconds)
    object.field("differences", differences)
    object.field("notes", notes)
  }
}

extension TestReport.Case: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    document = shape.required("document", "the PolicyTest that it stands in")
    name = shape.required("name", "its name")
    let _: TestReport.Result = shape.required("result", "whether all that is expected was met")
    path = shape.required("path", "the file")
    line = shape.required("line", "where it begins, from 1")
    column = shape.required("column", "from 1, in code points")
    duration = .milliseconds(shape.required("durationMs", "how long it took", as: Int.self))
    differences = shape.required("differences", "the expectations that were not met")
    notes = shape.required(
      "notes", "of one that failed: what the plan says of what it holds back, or the errors")
  }
}

extension TestReport.Difference: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("field", field)
    object.field("lines", lines)
  }
}

extension TestReport.Difference: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    field = shape.required("field", "the key of the expectation")
    lines = shape.required("lines", "what was expected, with the plan beside it")
  }
}

extension TestReport.Line.Mark: JSONValue, ShapedValue {}

extension TestReport.Line: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("mark", mark)
    object.field("text", text)
  }
}

extension TestReport.Line: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    mark = shape.required("mark", "whether it is the same, missing in the plan, or unexpected")
    text = shape.required("text", "the entry")
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int { Int(self / .milliseconds(1)) }
}
