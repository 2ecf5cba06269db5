package import Diagnostics
package import Files
package import Nodes
internal import PolicySyntax
internal import Shapes
package import SystemPackage
internal import Workers

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
    var loader = Loader()
    loader.load(paths, trust)
    return loader.finish()
  }

  /// Checks policies that were read before; as `load`.
  package static func check(
    _ sources: [SourceText]
  ) -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    var loader = Loader()
    for source in sources { loader.add(FileContent(of: readYAML(source))) }
    return loader.finish()
  }
}

/// The policies of one file or of a part of it, and what is wrong with its documents.
private struct FileContent: Sendable {
  var policies: [Policy] = []
  var findings: [Diagnostic] = []
  /// Whether the text could be read to its end.
  var isWhole = true

  init(of read: (table: NodeTable, problems: [Diagnostic])) {
    var decoder = DocumentDecoder(read.table)
    for root in read.table.roots
    where decoder.kind(ofDocumentAt: root, among: [Policy.kind]) != nil {
      policies.append(decoder.decode(Policy.self, at: root))
    }
    isWhole = read.problems.isEmpty
    findings = read.problems + decoder.diagnostics
  }

  init(unreadable: Diagnostic) {
    findings = [unreadable]
    isWhole = false
  }

  /// Puts together what the parts of a file hold.
  init(parts: some Sequence<FileContent>) {
    for part in parts {
      policies += part.policies
      findings += part.findings
    }
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
      case .unreadable(let problem): return FileContent(unreadable: problem)
      case .text(let text):
        let parts = contents.prefix(text.parts.count)
        contents = contents.dropFirst(text.parts.count)
        if text.parts.count == 1, let only = parts.first { return only }
        let isWhole = !parts.isEmpty && parts.allSatisfy(\.isWhole)
        // What is wrong with a text must not depend on how it was parted.
        return isWhole ? FileContent(parts: parts) : FileContent(of: text.read())
      }
    }
  }
}

/// Collects the policies of files in their order.
private struct Loader {
  var policies: [Policy] = []
  var findings: [Diagnostic] = []

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
      let before = policies.count
      for content in contents[search.new] { add(content) }
      let isKnown = search.new.isEmpty && !search.found.files.isEmpty
      let failed =
        search.found.problems.containsError
        || contents[search.new].contains { $0.findings.containsError }
      if policies.count == before, !isKnown, !failed {
        findings.append(noPolicy(search.path, search.found, fileIndex: search.new.upperBound))
      }
    }
  }

  mutating func add(_ content: FileContent) {
    policies += content.policies
    findings += content.findings
  }

  /// Judges all policies together.
  consuming func finish() -> (policies: PolicySet?, diagnostics: [Diagnostic]) {
    for rule in rules { rule.check(policies, &findings) }
    let set = PolicySet(policies)
    if !findings.containsError { findings += set.contradictions() }
    let diagnostics = findings.sortedByLocation()
    return (diagnostics.containsError ? nil : set, diagnostics)
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
      advice: "check the path; klpolicy never takes a missing policy for an empty one")
  }
}
