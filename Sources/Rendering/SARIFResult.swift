internal import Diagnostics
internal import JSONText

/// One diagnostic as a result.
struct SARIFResult: JSONObject {
  let diagnostic: Diagnostic
  let ruleIndex: Int
  let run: SARIF.Run
  let fingerprints: [String: String]

  init(
    _ diagnostic: Diagnostic, ruleIndex: Int, _ run: SARIF.Run, fingerprints: [String: String]
  ) {
    self.diagnostic = diagnostic
    self.ruleIndex = ruleIndex
    self.run = run
    self.fingerprints = fingerprints
  }

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("ruleId", diagnostic.code.name)
    object.field("ruleIndex", ruleIndex)
    object.field("level", diagnostic.severity.rawValue)
    object.object("message") { $0.field("text", message) }
    object.array("locations") { locations in
      locations.object { location in
        location.field("physicalLocation", physical(diagnostic.location))
      }
    }
    if !related.isEmpty {
      object.array("relatedLocations", of: related.enumerated()) { location, note in
        location.field("id", note.offset + 1)
        location.object("message") { $0.field("text", note.element.message) }
        location.field("physicalLocation", physical(note.element.location))
      }
    }
    object.field("partialFingerprints", fingerprints)
  }

  /// The remarks that have places of their own; their numbers from 1 are their identifiers.
  private var related: [Diagnostic.Note] { diagnostic.notes.filter { $0.location != nil } }

  /// What is wrong and what to do about it, then the remarks: those with a place as links
  /// (3.11.6), without which services do not show them.
  private var message: String {
    let advice = diagnostic.advice.map { "; \($0)" } ?? ""
    let links = related.enumerated().map {
      " ([\(linkText($0.element.message))](\($0.offset + 1)))"
    }
    let remarks = diagnostic.notes.filter { $0.location == nil }.map { "\n\($0.message)" }
    return diagnostic.message + advice + links.joined() + remarks.joined()
  }

  private func linkText(_ text: String) -> String {
    text.replacing("[", with: "\\[").replacing("]", with: "\\]")
  }

  private func physical(_ location: Location?) -> PhysicalLocation {
    PhysicalLocation(
      uri: ArtifactURI(
        path: location?.path ?? run.subject, workingDirectory: run.workingDirectory),
      location: location)
  }
}

/// A place in a file. Columns count from 1, in code points; `endColumn` is the one behind the end.
private struct PhysicalLocation: JSONObject {
  let uri: ArtifactURI
  let location: Location?

  func writeFields(to object: inout JSONObjectWriter) {
    object.object("artifactLocation") { artifact in
      artifact.field("uri", uri.text)
      if uri.isRelative { artifact.field("uriBaseId", "%SRCROOT%") }
    }
    // What is wrong with a whole file is shown at its beginning: services want a line.
    let position = location?.position ?? Position(line: 1, column: 1)
    let (line, column) = (max(1, Int(position.line)), max(1, Int(position.column)))
    let text = rest(from: column)
    object.object("region") { region in
      region.field("startLine", line)
      region.field("startColumn", column)
      region.field("endLine", line)
      region.field("endColumn", column + (text?.unicodeScalars.count ?? 0))
      if let text { region.object("snippet") { $0.field("text", text) } }
    }
    // Only where it shows more than the region does.
    if let excerpt = location?.excerpt, let text, excerpt != text {
      object.object("contextRegion") { region in
        region.field("startLine", line)
        region.field("endLine", line)
        region.object("snippet") { $0.field("text", excerpt) }
      }
    }
  }

  /// The source line from a column on, without the blanks at its end; nil where there is none.
  private func rest(from column: Int) -> String? {
    guard let scalars = location?.excerpt?.unicodeScalars.dropFirst(column - 1),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return nil }
    return String(Substring.UnicodeScalarView(scalars[...last]))
  }
}
