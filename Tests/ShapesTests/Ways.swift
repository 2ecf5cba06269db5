import Diagnostics
import JSONText
import Nodes
import Shapes

/// A mapping with every rule that keys can have, and lists of every length.
struct Ways: DocumentType {
  static let kind = "Ways"
  static let about = "Keys that depend on each other."

  var window: Window?
  var artefact: Artefact?
  var tags: OneOrMany<String>?
  var waves: NonEmpty<Int>?
  var few: Few?
  var path: Path?

  init<S: Shape>(_ shape: inout S) {
    window = shape.optional("window", "a window")
    artefact = shape.optional("artefact", "a file")
    tags = shape.optional("tags", "one tag or several")
    waves = shape.optional("waves", "some waves")
    few = shape.optional("few", "two or three")
    path = shape.optional("path", "a path")
  }

  struct Window: Shaped {
    var start: String?

    init<S: Shape>(_ shape: inout S) {
      shape.exactlyOne(ofGroups: [
        KeyGroup(["start"], optional: ["days", "end", "duration"]),
        KeyGroup(["cron", "duration"]),
        ["always"],
      ])
      shape.atMostOne(of: ["end", "duration"])
      start = shape.optional("start", "when it opens")
      for key in ["days", "end", "duration", "cron", "always", "zone"] {
        let _: String? = shape.optional(key, "its \(key)")
      }
    }
  }

  /// A mapping that a text may stand for.
  struct Artefact: Shaped {
    static let shorthand: String? = "url"
    var url: String?

    init<S: Shape>(_ shape: inout S) {
      url = shape.optional("url", "where it is")
      for key in ["file", "user", "secret", "signature", "signer"] {
        let _: String? = shape.optional(key, "its \(key)")
      }
      shape.exactlyOne(of: ["file", "url"])
      shape.together(["user", "secret"])
      shape.key("signature", needs: ["signer", "url"])
    }
  }

  struct Few: ShapedValue {
    var items: [Int]

    init<S: ValueShape>(value shape: inout S) {
      items = shape.list(of: Int.self, count: 2...3)
    }
  }

  struct Path: FormedText {
    static let form = TextForm(
      "a path", TextPattern(.anyCharacters(but: "\0", 1...5)), examples: ["/a"])
    let text: String
    init(checked text: String) { self.text = text }
  }
}

/// Decodes the fields of a `Ways` from JSON.
func decodeWays(_ fields: String) throws -> (document: Ways?, diagnostics: [Diagnostic]) {
  let text = #"{"apiVersion":"klpolicy/v1","kind":"Ways",\#n"# + fields + "}"
  return decode(Ways.self, from: try readJSON(SourceText(path: "w.json", bytes: Array(text.utf8))))
}
