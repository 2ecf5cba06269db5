import Diagnostics
import JSONText
import Nodes
import Shapes

enum Level: String, CaseIterable, DescribedWord, ShapedValue, JSONValue {
  case low, medium, high

  var about: String {
    switch self {
    case .low: "a little"
    case .medium: "some"
    case .high: "a lot"
    }
  }
}

/// A mapping with one of everything.
struct Everything: DocumentType {
  static let kind = "Everything"
  static let about = "One of everything that a document may hold."

  var text: String
  var level: Level
  var count: Int?
  var ratio: Double?
  var flag: Bool
  var list: [Located<Int>]
  var table: [String: Level]
  var inner: Inner?
  var known: Maybe?
  var wait: Duration
  var day: CalendarDate?

  init<S: Shape>(_ shape: inout S) {
    text = shape.required("text", "some text")
    level = shape.default("level", .medium, "how much")
    count = shape.optional("count", "how many")
    ratio = shape.optional("ratio", "what part")
    flag = shape.default("flag", false, "whether")
    list = shape.optional("list", "several") ?? []
    table = shape.optional("table", "by name") ?? [:]
    inner = shape.optional("inner", "another mapping")
    known = shape.optional("known", "what may be unknown")
    wait = shape.default("wait", .seconds(60), "how long")
    day = shape.optional("day", "when")
  }
}

/// A mapping that a text may stand for, with keys that exclude each other.
struct Inner: Shaped {
  static let shorthand: String? = "name"

  var name: String
  var file: String?
  var url: String?

  init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "its name")
    file = shape.optional("file", "a path")
    url = shape.optional("url", "an address")
    if name != "bare" { shape.exactlyOne(of: ["file", "url"]) }
  }
}

/// A number, or null where it is not known.
struct Maybe: ShapedValue {
  var value: Int?

  init<S: ValueShape>(value shape: inout S) {
    value = shape.nullable(or: nil) { Int(value: &$0) }
  }
}

/// Decodes the fields of an `Everything` from JSON.
func decodeEverything(_ fields: String) throws -> (document: Everything?, diagnostics: [Diagnostic])
{
  let text = #"{"apiVersion":"klpolicy/v1","kind":"Everything",\#n"# + fields + "}"
  let source = SourceText(path: "e.json", bytes: Array(text.utf8))
  return decode(Everything.self, from: try readJSON(source))
}

/// Each diagnostic as `column code message`.
func told(_ fields: String) throws -> [String] {
  try decodeEverything(fields).diagnostics.map { diagnostic in
    "\(diagnostic.location?.position?.column ?? 0) \(diagnostic.code) \(diagnostic.message)"
  }
}
