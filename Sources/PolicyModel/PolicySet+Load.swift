package import Diagnostics
package import Files
package import Nodes
internal import PolicySyntax
internal import Shapes
package import SystemPackage

extension Diagnostic.Code {
  package static let noPolicy = Diagnostic.Code("no-policy", "A path leads to no policy at all.")
}

extension PolicySet {
  /// Reads all policies that paths lead to, and checks them alone and together.
  ///
  /// - Parameters:
  ///   - paths: files, or directories that are searched for `*.yaml` and `*.yml`; what is hidden
  ///     is left out, and a file that two paths lead to is read once.
  ///   - trust: whose files are believed.
  /// - Returns: the policies, nil if there is any error, and all diagnostics of all files in order.
  package static func load(
    _ paths: [FilePath], trust: FileTrust
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    let reading = read(paths, trust: trust)
    return (reading.set, reading.diagnostics)
  }

  /// As `load`, with what else was learnt of the files.
  package static func read(_ paths: [FilePath], trust: FileTrust) -> PolicyReading {
    var loader = Loader()
    for path in paths { loader.load(path, trust) }
    return loader.finish()
  }

  /// Checks policies that were read before; as `load`.
  package static func check(
    _ sources: [SourceText]
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    var loader = Loader()
    for source in sources { loader.findings += loader.take(source) }
    let reading = loader.finish()
    return (reading.set, reading.diagnostics)
  }
}

/// Collects the policies of files, one after the other.
private struct Loader {
  var policies: [Policy] = []
  var findings: [Diagnostic] = []
  private var sources: [SourceText] = []
  private var documents: [PolicyReading.Document] = []
  /// The files that were read, so that none is read twice.
  private var known: Set<FilePath> = []
  private var fileCount = 0

  mutating func load(_ path: FilePath, _ trust: FileTrust) {
    let found = PolicyFiles(trust: trust).search(path)
    let before = (policies: policies.count, known: known.count)
    var problems = found.problems
    for file in found.files where known.insert(file.lexicallyNormalized()).inserted {
      problems += read(file, trust)
    }
    findings += problems
    let isKnown = known.count == before.known && !found.files.isEmpty
    if policies.count == before.policies, !isKnown, !problems.containsError {
      findings.append(noPolicy(path, found))
    }
  }

  private mutating func read(_ path: FilePath, _ trust: FileTrust) -> [Diagnostic] {
    let index = fileCount
    fileCount += 1
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(path, trust: trust, limit: Int(TextLimits.yaml.bytes))
    } catch {
      return [Diagnostic(error, fileIndex: index)]
    }
    return take(SourceText(path: path.string, fileIndex: index, bytes: bytes))
  }

  /// The policies of one text, and what is wrong with its documents.
  mutating func take(_ source: SourceText) -> [Diagnostic] {
    let (table, problems) = readYAML(source)
    var decoder = DocumentDecoder(table)
    sources.append(source)
    for root in table.roots {
      let kind = decoder.kind(ofDocumentAt: root, among: [Policy.kind])
      var name: String?
      if kind != nil {
        let policy = decoder.decode(Policy.self, at: root)
        policies.append(policy)
        // Empty is the placeholder of a name that was missing or wrong.
        name = policy.name.value.text.isEmpty ? nil : policy.name.value.text
      }
      let node = table.nodes[root]
      documents.append(
        PolicyReading.Document(
          kind: kind, name: name,
          place: Place(
            source: source, position: Position(line: node.line, column: node.column))))
    }
    return problems + decoder.diagnostics
  }

  /// Judges all policies together.
  consuming func finish() -> PolicyReading {
    for rule in rules { rule.check(policies, &findings) }
    let set = PolicySet(policies)
    if !findings.containsError { findings += set.contradictions() }
    let diagnostics = findings.sortedByLocation()
    return PolicyReading(
      set: diagnostics.containsError ? nil : set, diagnostics: diagnostics, sources: sources,
      documents: documents)
  }

  private func noPolicy(_ path: FilePath, _ found: PolicyFiles.Found) -> Diagnostic {
    let place = Location(path: path.string, fileIndex: fileCount)
    if !found.isDirectory {
      return Diagnostic(
        .noPolicy, "\(path) is empty: it holds no policy", at: place,
        advice: "write one; klpolicy schema Policy says what it may hold")
    }
    let what = found.files.isEmpty ? "has no *.yaml or *.yml file" : "has only empty files"
    return Diagnostic(
      .noPolicy, "the directory \(path) \(what), so no policy", at: place,
      advice: "check the path; klpolicy never takes a missing policy for an empty one")
  }
}
