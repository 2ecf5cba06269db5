/// A set of CPUs in the kernel's list format: `0-3,8` (`Documentation/admin-guide/cputopology.rst`).
package struct CPUList: Hashable, Sendable {
  package var count: Int

  /// Nil for text that is no such list.
  package init?(parsing text: String) {
    count = 0
    var next = 0
    for range in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bounds = range.split(separator: "-", omittingEmptySubsequences: false)
      guard let first = bounds.first.flatMap(number), let last = bounds.last.flatMap(number),
        bounds.count <= 2, next <= first, first <= last, last < 1 << 20
      else { return nil }
      count += last - first + 1
      next = last + 1
    }
  }
}

/// Digits alone: `Int` would take a sign too.
private func number(_ text: Substring) -> Int? {
  text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
}
