package import Diagnostics

/// Where a value stood: a position and the text it is in, cheap enough to keep with every value.
package struct Place: Sendable {
  package let source: SourceText
  /// Absent where the whole file is meant.
  package let position: Position?

  package init(source: SourceText, position: Position?) {
    self.source = source
    self.position = position
  }

  /// With the line of text; made when a diagnostic needs it.
  package var location: Location { source.location(position) }

  /// Without the line of text, for what only names the place.
  package var bareLocation: Location {
    Location(path: source.path, fileIndex: source.fileIndex, position: position)
  }
}
