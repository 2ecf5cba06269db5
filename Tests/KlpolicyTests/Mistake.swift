import Files
import SystemPackage
import Testing

/// A document with a mistake that people make, and every word that they read about it.
///
/// `Mistakes/errors` and `Mistakes/warnings` have a `NAME.yaml` for each, and beside it `NAME.txt`:
/// all that `klpolicy validate NAME.yaml` says on standard error. A new mistake is a new file;
/// `UPDATE_GOLDEN=1 swift test --filter DocumentMistakeTests` writes the texts: read the difference
/// as the document's author would.
struct Mistake: CustomTestStringConvertible {
  /// What it is, in the words of its file.
  let name: String
  let isWarning: Bool

  var testDescription: String { name }

  static let all = list("errors") + list("warnings")

  private static let root = FilePath(#filePath).removingLastComponent().appending("Mistakes")

  private static func list(_ kind: String) -> [Mistake] {
    let entries = (try? listTrusted(root.appending(kind), trust: .unchecked)) ?? []
    return entries.compactMap(\.name.string.withoutYAML).sorted().map {
      Mistake(name: $0, isWarning: kind == "warnings")
    }
  }

  private var folder: FilePath {
    Mistake.root.appending(isWarning ? "warnings" : "errors")
  }

  func document() throws -> [UInt8] { try read("\(name).yaml") }

  /// Expects a text to be the whole message, or writes it there.
  func expect(_ message: String) throws {
    if GoldenCase.writes {
      try writeDurably(Array(message.utf8), to: folder.appending("\(name).txt"))
    }
    let golden = String(decoding: try read("\(name).txt"), as: UTF8.self)
    #expect(message == golden)
  }

  private func read(_ file: String) throws -> [UInt8] {
    try readTrusted(folder.appending(file), trust: .unchecked, limit: 1 << 20)
  }
}

extension String {
  /// The name of a YAML file without its ending; nil for other files.
  fileprivate var withoutYAML: String? { hasSuffix(".yaml") ? String(dropLast(5)) : nil }
}
