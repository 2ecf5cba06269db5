package import Diagnostics
package import Nodes

/// Decodes the documents of one file and collects all that is wrong with them.
package struct DocumentDecoder {
  private let table: NodeTable
  /// What was found wrong so far, in the order in which it was found.
  package private(set) var diagnostics: [Diagnostic] = []

  package init(_ table: NodeTable) {
    self.table = table
  }

  /// Looks at the `apiVersion` and `kind` of a document.
  ///
  /// - Returns: its kind, if it is one of `kinds` in a version that is known; otherwise nil, and
  ///   the diagnostics say why.
  package mutating func kind(ofDocumentAt root: Int, among kinds: [String]) -> String? {
    var decoder = decoder(at: root)
    let header = decoder.readHeader(kinds: kinds, isFirst: root == table.roots.first)
    take(decoder)
    return header
  }

  /// The document whose header was found right, with placeholders for what was missing or wrong.
  package mutating func decode<D: DocumentType>(_ type: D.Type, at root: Int) -> D {
    var decoder = decoder(at: root)
    decoder.document = NodeDecoder.Document(root: root) { Anatomy(of: type) }
    let document = decoder.mapping(type, header: ["apiVersion", "kind"])
    take(decoder)
    return document
  }

  private func decoder(at root: Int) -> NodeDecoder {
    var decoder = NodeDecoder(table: table)
    decoder.node = root
    decoder.earlierCount = diagnostics.count
    return decoder
  }

  private mutating func take(_ decoder: NodeDecoder) {
    diagnostics += decoder.diagnostics
    if decoder.isOverfull, diagnostics.last?.code != .tooManyProblems {
      diagnostics.append(table.source.tooManyProblems)
    }
  }
}

/// Decodes a file that holds one document of one kind.
///
/// - Returns: the document, nil if there were errors, and all diagnostics in order.
package func decode<D: DocumentType>(
  _ type: D.Type, from table: NodeTable
) -> (document: D?, diagnostics: [Diagnostic]) {
  guard let root = table.roots.first, table.roots.count == 1 else {
    let count = table.roots.isEmpty ? "no document" : "\(table.roots.count) documents"
    let place = table.roots.dropFirst().first.map { table.location($0) }
    let problem = Diagnostic(
      .documentCount, "one \(D.kind) is due, and the file has \(count)",
      at: place ?? table.source.location(nil))
    return (nil, [problem])
  }
  var decoder = DocumentDecoder(table)
  guard decoder.kind(ofDocumentAt: root, among: [D.kind]) != nil else {
    return (nil, decoder.diagnostics)
  }
  let document = decoder.decode(type, at: root)
  let diagnostics = decoder.diagnostics.sortedByLocation()
  return (diagnostics.containsError ? nil : document, diagnostics)
}

/// `apiVersion` and `kind`, which every document has.
private struct Header: Shaped {
  let apiVersion: Located<HeaderText>
  let kind: Located<HeaderText>

  init<S: Shape>(_ shape: inout S) {
    apiVersion = shape.required("apiVersion", Shapes.apiVersion)
    kind = shape.required("kind", "what the document is")
  }
}

/// nil when it was missing or no text: an empty text is there, and wrong.
private struct HeaderText: ShapedValue {
  let text: String?

  init<S: ValueShape>(value shape: inout S) {
    text = shape.text(.any, or: nil) { $0 }
  }
}

extension NodeDecoder {
  fileprivate mutating func readHeader(kinds: [String], isFirst: Bool) -> String? {
    guard table.nodes[node].kind == .mapping else {
      wrongType("a mapping", advice: adviceOnNoDocument(kinds))
      return nil
    }
    let header = mapping(Header.self, header: [], isPart: true)
    if !isFirst { explainNewDocument() }
    let (version, kind) = (header.apiVersion.value.text, header.kind.value.text)
    if let version, version != apiVersion {
      report(
        Diagnostic(
          .unknownAPIVersion,
          "\(version.quoted) is no version that is known here; \(apiVersion.quoted) is",
          at: header.apiVersion.place.location,
          advice: "write apiVersion: \(apiVersion), or use a klpolicy that knows this version"))
    }
    if let kind, !kinds.contains(kind) {
      let due = kinds.quotedList("or")
      report(
        Diagnostic(
          .unknownKind, "\(kind.quoted) is no kind of document that is due here; \(due) is",
          at: header.kind.place.location, advice: adviceOnKind(kind, kinds)))
    }
    return diagnostics.isEmpty ? kind : nil
  }

  private func adviceOnNoDocument(_ kinds: [String]) -> String {
    table.nodes[node].kind == .sequence
      ? "take the `- ` away: documents are no list, and have a line `---` between them"
      : "begin with apiVersion: \(apiVersion) and kind: \(kinds.first ?? "")"
  }

  private func adviceOnKind(_ kind: String, _ kinds: [String]) -> String {
    if kind == "List" { return "write each item as a document, with a line `---` between them" }
    let lower = kind.lowercased()
    if let meant = kinds.first(where: { word in
      let word = word.lowercased()
      return [word, word + "s", word.dropLast() + "ies"].contains(lower)
    }) {
      return "did you mean \(meant.quoted)?"
    }
    return suggestion(kind, kinds)
      ?? "write one of them, or keep files of other tools out of the directory"
  }
}
