package import Diagnostics
package import Documents
package import Files
package import Nodes
internal import PolicySyntax
package import Schedule
internal import Shapes
package import SystemPackage
internal import Workers

extension Diagnostic.Code {
  package static let noPolicy = Diagnostic.Code("no-policy", "A path leads to no policy at all.")
}

extension PolicySet {
  /// Reads all documents that paths lead to, and checks them alone and together.
  ///
  /// - Parameters:
  ///   - paths: files, or directories that are searched for `*.yaml` and `*.yml`; what is hidden
  ///     is left out, and a file that two paths lead to is read once.
  ///   - trust: whose files are believed.
  ///   - now: the moment that they are checked for.
  ///   - purpose: what they are read for, which decides how much is checked.
  ///   - zones: where time zones come from.
  /// - Returns: the policies, nil if there is any error, and all diagnostics of all files in order.
  package static func load(
    _ paths: [FilePath], trust: FileTrust, at now: Timestamp, purpose: LoadingPurpose = .validation,
    zones: ZoneDatabase = .system
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    let reading = read(paths, trust: trust, at: now, purpose: purpose, zones: zones)
    return (reading.set, reading.diagnostics)
  }

  /// As `load`, with what else was learnt of the files.
  package static func read(
    _ paths: [FilePath], trust: FileTrust, at now: Timestamp, purpose: LoadingPurpose = .validation,
    zones: ZoneDatabase = .system
  ) -> PolicyReading {
    var loader = Loader()
    loader.load(paths, trust)
    return loader.finish(at: now, purpose: purpose, zones: zones)
  }

  /// Checks policies that were read before; as `load`.
  package static func check(
    _ sources: [SourceText], at now: Timestamp, purpose: LoadingPurpose = .validation,
    zones: ZoneDatabase = .system
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    var loader = Loader()
    for source in sources { loader.add(FileContent(of: readYAML(source))) }
    let reading = loader.finish(at: now, purpose: purpose, zones: zones)
    return (reading.set, reading.diagnostics)
  }
}

/// What documents are read for.
package enum LoadingPurpose: Sendable {
  /// To be checked as a whole: what only concerns hosts that are not there, and what is merely of no
  /// use, is told too.
  case validation
  /// To be held against one host, which at least one `Policy` must be there for.
  case use
}

/// The documents of one file or of a part of it, and what is wrong with them.
private struct FileContent: Sendable {
  var source: SourceText?
  var documents = PolicyDocuments()
  var headings: [PolicyReading.Document] = []
  var findings: [Diagnostic]
  /// Whether the text could be read to its end.
  var isWhole = true

  /// What came of a file that could not be read.
  init(_ problem: Diagnostic) { findings = [problem] }

  init(of read: (table: NodeTable, problems: [Diagnostic])) {
    let (table, problems) = read
    source = table.source
    findings = []
    var decoder = DocumentDecoder(table)
    for root in table.roots {
      let kind = decoder.kind(ofDocumentAt: root, among: PolicyDocuments.kinds)
      let name: String? =
        switch kind {
        case Policy.kind: add(\.policies, decoder.decode(Policy.self, at: root))
        case PatchSet.kind: add(\.patchSets, decoder.decode(PatchSet.self, at: root))
        case MaintenanceCalendar.kind:
          add(\.calendars, decoder.decode(MaintenanceCalendar.self, at: root))
        case PolicyTest.kind: add(\.tests, decoder.decode(PolicyTest.self, at: root))
        default: nil
        }
      headings.append(
        PolicyReading.Document(kind: kind, name: name, place: table.place(root)))
    }
    findings = problems + decoder.diagnostics
    isWhole = problems.isEmpty
  }

  /// Puts together what the parts of a file hold.
  init(parts: some Collection<FileContent>) {
    source = parts.first?.source
    findings = parts.flatMap(\.findings)
    headings = parts.flatMap(\.headings)
    for part in parts { documents += part.documents }
  }

  /// - Returns: the document's name, if it has one.
  private mutating func add<Document: NamedDocument>(
    _ documents: WritableKeyPath<PolicyDocuments, [Document]>, _ document: Document
  ) -> String? {
    self.documents[keyPath: documents].append(document)
    // Empty is the placeholder of a name that was missing or wrong.
    let name = document.metadata.name.value.text
    return name.isEmpty ? nil : name
  }
}

/// A file's text, or why there is none.
private enum FileText: Sendable {
  case text(YAMLText)
  case unreadable(Diagnostic)

  init(_ path: FilePath, _ trust: FileTrust, index: Int) {
    do throws(FileProblem) {
      let bytes = try readTrusted(path, trust: trust, limit: Int(TextLimits.yaml.bytes))
      self = .text(YAMLText(SourceText(path: path.string, fileIndex: index, bytes: bytes)))
    } catch {
      self = .unreadable(Diagnostic(error, fileIndex: index))
    }
  }
}

extension FileContent {
  /// What the files hold, in their order. Files know nothing of each other until all of them are
  /// read, and documents nothing of those before them.
  static func all(_ files: [FilePath], _ trust: FileTrust) -> [FileContent] {
    let texts = inParallel(files.count) { FileText(files[$0], trust, index: $0) }
    var pieces: [(text: YAMLText, part: YAMLText.Part)] = []
    for case .text(let text) in texts {
      for part in text.parts { pieces.append((text, part)) }
    }
    var contents = inParallel(pieces.count) { [pieces] index in
      FileContent(of: pieces[index].text.read(pieces[index].part))
    }[...]
    return texts.map { text in
      switch text {
      case .unreadable(let problem): return FileContent(problem)
      case .text(let text):
        let parts = contents.prefix(text.parts.count)
        contents = contents.dropFirst(text.parts.count)
        if parts.count == 1, let only = parts.first { return only }
        // What is wrong with a text must not depend on how it was parted.
        let isWhole =
          !parts.isEmpty && parts.allSatisfy(\.isWhole)
          && parts.reduce(0) { $0 + $1.headings.count } <= documentLimit
        return isWhole ? FileContent(parts: parts) : FileContent(of: text.read())
      }
    }
  }
}

/// Collects the documents of files in their order.
private struct Loader {
  private var documents = PolicyDocuments()
  private var findings: [Diagnostic] = []
  private var sources: [SourceText] = []
  private var headings: [PolicyReading.Document] = []

  /// What one of the given paths led to.
  private struct Search {
    var path: FilePath
    var found: PolicyFiles.Found
    /// Its files that no path before led to, by their indices.
    var new: Range<Int>
  }

  mutating func load(_ paths: [FilePath], _ trust: FileTrust) {
    var known: Set<FilePath> = []
    var files: [FilePath] = []
    let searches = paths.map { path in
      let found = PolicyFiles(trust: trust).search(path)
      let start = files.count
      files += found.files.filter { known.insert($0.lexicallyNormalized()).inserted }
      return Search(path: path, found: found, new: start..<files.count)
    }
    let contents = FileContent.all(files, trust)
    for search in searches {
      findings += search.found.problems
      let before = documents.count
      for content in contents[search.new] { add(content) }
      let isKnown = search.new.isEmpty && !search.found.files.isEmpty
      let failed =
        search.found.problems.containsError
        || contents[search.new].contains { $0.findings.containsError }
      if documents.count == before, !isKnown, !failed {
        findings.append(noPolicy(search.path, search.found, fileIndex: search.new.upperBound))
      }
    }
  }

  mutating func add(_ content: FileContent) {
    documents += content.documents
    findings += content.findings
    headings += content.headings
    if let source = content.source { sources.append(source) }
  }

  /// Judges all documents together.
  consuming func finish(
    at now: Timestamp, purpose: LoadingPurpose, zones: ZoneDatabase
  ) -> PolicyReading {
    if purpose == .use, documents.policies.isEmpty, documents.count > 0, !findings.containsError {
      findings.append(
        Diagnostic(
          .noPolicy, "there are documents, and no Policy among them",
          at: headings.first?.place.location,
          advice: "give the policies too; klpolicy never takes a missing policy for an empty one"))
    }
    let context = RuleContext(documents, now: now, reported: findings)
    for rule in rules { rule.check(context, &findings) }
    let timetables = Timetables(documents, zones: zones)
    findings += timetables.diagnostics
    let set = PolicySet(documents, timetables: timetables.byPolicy)
    if purpose == .validation {
      for rule in repositoryRules { rule.check(context, &findings) }
      // What is wrong with a window may be all that keeps it from opening.
      let wrong = Set(findings.filter { $0.severity == .error }.compactMap(\.location?.path))
      findings += timetables.neverOpen(from: now).filter { finding in
        finding.location.map { !wrong.contains($0.path) } ?? true
      }
      if !findings.containsError {
        findings += set.contradictions(at: now)
        if !findings.containsError {
          for finding in set.windowsWithoutRoom(from: now) where !findings.contains(finding) {
            findings.append(finding)
          }
        }
      }
    }
    let diagnostics = withoutSecrets(findings).sortedByLocation()
    return PolicyReading(
      set: diagnostics.containsError ? nil : set, diagnostics: diagnostics, sources: sources,
      documents: headings)
  }

  /// Findings without what may be a secret in the texts that they point into.
  private func withoutSecrets(_ findings: [Diagnostic]) -> [Diagnostic] {
    if findings.isEmpty { return [] }
    let byPath = Dictionary(sources.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    return findings.map { finding in
      let places = [finding.location] + finding.notes.map(\.location)
      return Set(places.compactMap { $0?.path }).reduce(finding) { finding, path in
        byPath[path]?.withoutSecrets(finding) ?? finding
      }
    }
  }

  private func noPolicy(
    _ path: FilePath, _ found: PolicyFiles.Found, fileIndex: Int
  ) -> Diagnostic {
    let place = Location(path: path.string, fileIndex: fileIndex)
    if !found.isDirectory {
      return Diagnostic(
        .noPolicy, "\(path) is empty: it holds no policy", at: place,
        advice: "write one; klpolicy schema Policy says what it may hold")
    }
    let what = found.files.isEmpty ? "has no *.yaml or *.yml file" : "has only empty files"
    return Diagnostic(
      .noPolicy, "the directory \(path) \(what), so no policy", at: place,
      advice: "put a policy there, or check the path; klpolicy never takes a missing policy for an "
        + "empty one")
  }
}
