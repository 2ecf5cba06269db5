extension String {
  /// How often a text stands in it.
  func occurrences(of text: String) -> Int { ranges(of: text).count }
}
