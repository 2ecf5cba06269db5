internal import Diagnostics
internal import Nodes

/// Decodes values from a node table: the shape that reads.
///
/// One decoder serves a whole file. It stands on one node at a time and goes down and back up
/// with the initialisers that ask it, so nothing is allocated for a nested value.
struct NodeDecoder {
  let table: NodeTable
  /// Whether keys that nobody asks for are passed over: in what newer versions of this program
  /// write for themselves.
  var passesOverUnknownKeys = false
  /// No more than `diagnosticLimit` with those that were found before.
  private(set) var diagnostics: [Diagnostic] = []
  /// How many diagnostics other documents of the text have.
  var earlierCount = 0
  /// Whether there are more than are told.
  private(set) var isOverfull = false
  /// The node that is being read.
  var node = 0
  /// What the node is, for messages.
  var subject = Subject.document
  var mapping = OpenMapping(node: 0)
  /// The keys that were asked for, of the open mapping and of those around it.
  var asked: [String] = []
  /// The document that is decoded, to tell where keys belong; nil for other values.
  var document: Document?
  /// Made when the first unknown key is told.
  var keyPlaces: KeyPlaces?

  struct Document {
    var root: Int
    var anatomy: () -> Anatomy
  }

  enum Subject {
    case document
    case key(String)
    case item(of: String)
  }

  /// The mapping whose keys are being asked for.
  struct OpenMapping {
    var node: Int
    /// Where the next key is looked for first: documents mostly are in the order of their shape.
    var cursor: Int
    /// How many of the keys asked for are there.
    var found = 0
    /// Where this mapping's part of `asked` begins.
    var askedFrom = 0
    /// The one key that a text in the place of the mapping stands for.
    var shorthand: String?
    /// The required keys that are not there.
    var missing: [(key: String, about: String, anatomy: () -> Anatomy)] = []
    /// What it demands of its keys taken together.
    var rules: [KeyRule] = []

    init(node: Int) {
      self.node = node
      cursor = node + 1
    }
  }

  init(table: NodeTable) {
    self.table = table
  }

  var place: Place { place(of: node) }

  func place(of node: Int) -> Place {
    let node = table.nodes[node]
    return Place(
      source: table.source, position: Position(line: node.line, column: node.column))
  }

  /// Reads the value in `node`, then stands where it stood.
  mutating func value<V: ShapedValue>(_ type: V.Type, at node: Int, _ subject: Subject) -> V {
    let outer = (self.node, self.subject)
    (self.node, self.subject) = (node, subject)
    defer { (self.node, self.subject) = outer }
    return V(value: &self)
  }

  mutating func report(
    _ code: Diagnostic.Code, _ message: String, at node: Int? = nil, advice: String? = nil,
    notes: [Diagnostic.Note] = []
  ) {
    guard mayReport() else { return }
    diagnostics.append(
      Diagnostic(
        code, message, at: table.location(node ?? self.node), advice: advice, notes: notes))
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if mayReport() { diagnostics.append(diagnostic) }
  }

  /// Says beside a missing key of a document's header how the document came about.
  mutating func explainNewDocument() {
    guard let last = diagnostics.indices.last, diagnostics[last].code == .missingKey else { return }
    diagnostics[last].notes.append(
      Diagnostic.Note("a line `---` above begins another document, with a header of its own"))
  }

  private mutating func mayReport() -> Bool {
    if earlierCount + diagnostics.count >= diagnosticLimit { isOverfull = true }
    return !isOverfull
  }

  /// The known name that was probably meant.
  ///
  /// Not looked for when there are more diagnostics than are told: a hostile file would take
  /// minutes.
  func suggestion(_ name: String, _ known: some Sequence<String>) -> String? {
    guard !isOverfull else { return nil }
    return nearest(to: name, among: known).map { "did you mean \($0.quoted)?" }
  }
}

extension NodeDecoder.Subject: CustomStringConvertible {
  var description: String {
    switch self {
    case .document: "the document"
    case .key(let key): key.quoted
    case .item(let key): "an item of \(key.quoted)"
    }
  }

  /// What an item of this value is called.
  var item: NodeDecoder.Subject {
    switch self {
    case .document: .item(of: "the document")
    case .key(let key), .item(let key): .item(of: key)
    }
  }
}
