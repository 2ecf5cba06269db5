import HostFacts
import Testing

@Suite("The taints of a kernel")
struct KernelTaintTests {
  /// Documentation/admin-guide/tainted-kernels.rst, by bit.
  static let table: [(letter: Character, bit: Int)] = [
    ("P", 0), ("F", 1), ("S", 2), ("R", 3), ("M", 4), ("B", 5), ("U", 6), ("D", 7), ("A", 8),
    ("W", 9), ("C", 10), ("I", 11), ("O", 12), ("E", 13), ("L", 14), ("K", 15), ("X", 16),
    ("T", 17),
    ("N", 18),
  ]

  @Test("have the letters and the bits that the kernel's own table gives them", arguments: table)
  func letters(_ letter: Character, _ bit: Int) {
    for (other, _) in KernelTaintTests.table {
      #expect(KernelTaint(bits: 1 << bit).has(other) == (other == letter))
    }
    #expect(KernelTaint(bits: 1 << bit).has("Z") == nil)
  }
}
