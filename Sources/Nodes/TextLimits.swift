package import Diagnostics

/// How much of a text is read before it is refused, so that no input can exhaust the reader.
package struct TextLimits: Sendable {
  /// Bytes of a whole text; positions and offsets in a node table have 32 bits.
  package var bytes: UInt32
  /// How deep sequences and mappings may be nested.
  package var depth: Int
  /// How many nodes one text may have, aliases expanded.
  package var nodes: Int

  package init(bytes: UInt32, depth: Int, nodes: Int) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }

  /// JSON documents: snapshots, plans, reports.
  package static let json = TextLimits(bytes: 256 << 20, depth: 128, nodes: 64 << 20)
}

/// How many problems of one text are told; a text with more is not what its author takes it for.
package let diagnosticLimit = 1000

extension Diagnostic.Code {
  package static let tooManyProblems = Diagnostic.Code(
    "too-many-problems", "More is wrong with the text than is worth telling.")
  package static let tooLarge = Diagnostic.Code(
    "too-large", "The text is larger than its limit, or expands to more nodes than it may.")
  package static let tooDeep = Diagnostic.Code(
    "too-deep", "Sequences and mappings are nested too deeply.")
  package static let invalidUTF8 = Diagnostic.Code("invalid-utf8", "The text is not UTF-8.")
}

extension SourceText {
  /// The last diagnostic of a text with more problems than are told.
  package var tooManyProblems: Diagnostic {
    Diagnostic(
      .tooManyProblems, "more is wrong with this file than the first \(diagnosticLimit) problems",
      at: location(nil), advice: "put those right first")
  }

  /// Refuses a text that is too large or that is no UTF-8.
  ///
  /// - Returns: whether it is all ASCII.
  /// - Throws: the diagnostic, at the first byte that is wrong.
  @discardableResult
  package func check(_ limits: TextLimits) throws(Diagnostic) -> Bool {
    if bytes.count > limits.bytes {
      throw Diagnostic(
        .tooLarge, "the text has \(bytes.count) bytes, and \(limits.bytes) are allowed",
        at: location(nil))
    }
    let bytes = bytes
    do {
      return try UTF8Span(validating: bytes.span).isKnownASCII
    } catch {
      throw Diagnostic(
        .invalidUTF8, "the text is not UTF-8 from here on",
        at: location(position(ofByte: error.byteOffsets.lowerBound)),
        advice: "save the file in UTF-8")
    }
  }
}
