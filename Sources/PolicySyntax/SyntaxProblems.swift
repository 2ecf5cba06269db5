package import Diagnostics
internal import Glibc
internal import Nodes

extension Diagnostic.Code {
  package static let invalidYAML = Diagnostic.Code("invalid-yaml", "The text is no YAML.")
  package static let invalidAlias = Diagnostic.Code(
    "invalid-alias", "An alias to an anchor that is not there, or that is not complete.")
  package static let yamlTag = Diagnostic.Code("yaml-tag", "A tag, such as `!!str`.")
  package static let yamlDirective = Diagnostic.Code(
    "yaml-directive", "A line that begins with `%`, other than `%YAML 1.2`.")
  package static let mergeConflict = Diagnostic.Code(
    "merge-conflict", "The marks of a merge conflict that nobody resolved.")
  package static let mergeKey = Diagnostic.Code(
    "merge-key", "A key `<<`, which only YAML 1.1 merges.")
  package static let invalidCharacter = Diagnostic.Code(
    "invalid-character", "A character that tools or people take differently.")
  package static let binaryFile = Diagnostic.Code("binary-file", "The file is no text.")
}

/// Refuses what is no text before UTF-8 is asked of it, in words that say what it is.
func refuseBinary(_ source: SourceText) throws(Diagnostic) {
  let start = source.bytes.prefix(4)
  if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
    throw Diagnostic(
      .invalidUTF8, "the file is UTF-16", at: source.location(nil),
      advice: "save the file in UTF-8")
  }
  if let zero = source.firstIndex(of: 0, from: 0) {
    throw Diagnostic(
      .binaryFile, "the file is no text: its byte \(zero) is NUL", at: source.location(nil))
  }
}

extension SourceText {
  /// Where a byte is next, at `start` or behind it.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, start < bytes.count,
        let found = unsafe memchr(base + start, CInt(byte), bytes.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }
}

let tagMessage = "the policy language has no tags"

extension EventStream.Failure {
  /// What libyaml says, in the words of someone who edits the file, where those are known.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - innermost: where the innermost list or mapping begins that has not ended.
  /// - Returns: a diagnostic at the best place for it.
  func diagnostic(in source: SourceText, innermost: Position?) -> Diagnostic {
    let position = mark ?? byteOffset.map(source.position(ofByte:))
    // At the end of the text, what was begun and not closed is the better place.
    let end = source.position(ofByte: source.bytes.count)
    if let context, let contextMark, let position, position >= end {
      let what = EventStream.Failure.contexts[context] ?? "what"
      let start = contextMark < end ? contextMark : innermost
      return Diagnostic(
        .invalidYAML, "\(what) that begins here has no end", at: source.location(start),
        advice: EventStream.Failure.endings[context])
    }
    let isInside =
      context == "while parsing a quoted scalar"
      || context.map { EventStream.Failure.contexts[$0] != nil } ?? false
    if !isInside, let position, let likely = LikelyMistake(at: position, in: source) {
      return Diagnostic(
        .invalidYAML, likely.message, at: source.location(likely.position), advice: likely.advice)
    }
    let known = EventStream.Failure.known[problem]
    let notes = contextMark.flatMap { contextMark in
      contextMark == position || known?.hidesContext == true
        ? nil
        : EventStream.Failure.beginnings[context ?? ""].map {
          Diagnostic.Note("\($0) begins here", at: source.location(contextMark))
        }
    }
    return Diagnostic(
      .invalidYAML, known?.message ?? "this is no YAML: \(problem)",
      at: source.location(position), advice: known?.advice,
      notes: notes.map { [$0] } ?? [])
  }

  private static let beginnings = [
    "while parsing a block mapping": "the mapping",
    "while parsing a block collection": "the list",
    "while parsing a flow sequence": "the list",
    "while parsing a flow mapping": "the mapping",
  ]

  private static let endings = [
    "while scanning a quoted scalar": "close the quotes",
    "while parsing a flow sequence": "close it with ]",
    "while parsing a flow mapping": "close it with }",
    "while parsing a flow node": "close it with ] or }",
  ]

  private static let contexts = [
    "while scanning a quoted scalar": "the text in quotes",
    "while parsing a flow sequence": "the list in `[`",
    "while parsing a flow mapping": "the mapping in `{`",
    "while parsing a flow node": "the list or mapping",
  ]

  /// Wording only: a text that is not here is shown as libyaml has it.
  private static let known: [String: (message: String, advice: String?, hidesContext: Bool)] = [
    "mapping values are not allowed in this context": (
      "a `:` cannot stand here",
      "quote a text that contains `: `, or check the indentation of this line", true
    ),
    "found character that cannot start any token": (
      "no value can begin with this character", "quote the text", true
    ),
    "did not find expected key": (
      "this does not belong to the mapping above",
      "check the indentation of this line, and for quotes that end too early", false
    ),
    "did not find expected '-' indicator": (
      "this does not belong to the list above", "check the indentation of this line", false
    ),
    "could not find expected ':'": (
      "a key without `:`", "write `key: value`, and quote a text of several lines", false
    ),
    "did not find expected ',' or ']'": (
      "`,` or `]` is due here", "check the brackets, and quote a text that has one in it", false
    ),
    "did not find expected ',' or '}'": (
      "`,` or `}` is due here", "check the brackets, and quote a text that has one in it", false
    ),
    "did not find expected <document start>": (
      "something stands here that belongs to no value",
      "begin another document with a line `---`", true
    ),
    "control characters are not allowed": ("a control character stands here", "delete it", true),
    "found duplicate %YAML directive": (
      "%YAML stands here a second time", "leave this line out", true
    ),
    "found unknown escape character": (
      "there is no such escape", "write \\\\ for a backslash, or use single quotes", true
    ),
  ]
}
