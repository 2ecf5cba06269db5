package import Diagnostics
package import Documents

extension JUnit {
  /// What `validate` found, as tests: a suite for each file, in it a case for each document, which
  /// fails for the errors in it; and for warnings too, where they fail the run.
  ///
  /// What is wrong outside of all documents fails a case that has the file's own name.
  package init(_ validation: Validation, _ diagnostics: [Diagnostic]) {
    var files = validation.files
    var groups: [String: FileGroup] = [:]
    for document in validation.documents {
      groups[document.path, default: FileGroup()].documents.append((document, []))
    }
    for diagnostic in diagnostics {
      let path = diagnostic.location?.path ?? "klpolicy"
      if groups[path] == nil, !validation.files.contains(path) { files.append(path) }
      groups[path, default: FileGroup()].take(diagnostic)
    }
    self.init(
      name: "klpolicy validate",
      suites: files.compactMap { path in
        // A file of comments alone is nothing that was tested.
        guard let group = groups[path] else { return nil }
        return Suite(
          name: path, file: path, cases: group.cases(path: path, isStrict: validation.isStrict))
      })
  }
}

/// The documents of one file, each with what is wrong in it.
private struct FileGroup {
  var documents: [(document: Validation.Document, diagnostics: [Diagnostic])] = []
  private var rest: [Diagnostic] = []

  /// A place belongs to the last document that begins at or before it.
  mutating func take(_ diagnostic: Diagnostic) {
    var (low, high) = (0, documents.count)
    let line = diagnostic.location?.position.map { Int($0.line) } ?? 0
    while low < high {
      let middle = (low + high) / 2
      if documents[middle].document.line <= line { low = middle + 1 } else { high = middle }
    }
    if low == 0 {
      rest.append(diagnostic)
    } else {
      documents[low - 1].diagnostics.append(diagnostic)
    }
  }

  func cases(path: String, isStrict: Bool) -> [JUnit.Case] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let className =
      name.hasSuffix(".yaml") || name.hasSuffix(".yml")
      ? String(path[..<(path.lastIndex(of: ".") ?? path.endIndex)]) : path
    var cases: [JUnit.Case] = []
    if !rest.isEmpty {
      cases.append(JUnit.Case(name: name, className: className, rest, isStrict))
    }
    for (index, entry) in documents.enumerated() {
      let name = entry.document.name ?? "document \(index + 1)"
      cases.append(
        JUnit.Case(
          name: [entry.document.kind, name].compactMap(\.self).joined(separator: " "),
          className: className, entry.diagnostics, isStrict))
    }
    return cases
  }
}

extension JUnit.Case {
  fileprivate init(
    name: String, className: String, _ diagnostics: [Diagnostic], _ isStrict: Bool
  ) {
    let plain = Style(isColoured: false)
    let failing = diagnostics.filter { $0.severity == .error || isStrict }
    let others = diagnostics.filter { $0.severity != .error && !isStrict }
    var outcome = JUnit.Outcome.passed
    if let first = failing.first {
      let more = failing.count == 1 ? "" : " (and \(failing.count - 1) more)"
      outcome = .failed(
        JUnit.Problem(
          type: first.code.name,
          message: (first.location.map { "\($0): " } ?? "") + first.message + more,
          text: text(of: failing, plain)))
    }
    self.init(
      name: name, className: className, outcome: outcome, output: text(of: others, plain))
  }
}
