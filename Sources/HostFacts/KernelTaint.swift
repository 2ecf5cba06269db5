/// What `/proc/sys/kernel/tainted` says, by the letters of
/// Documentation/admin-guide/tainted-kernels.rst.
package struct KernelTaint: Hashable, Sendable {
  /// In the order of their bits.
  package static let letters = Array("PFSRMBUDAWCIOELKXTNJ")

  private let bits: Int

  package init(bits: Int) {
    self.bits = bits
  }

  /// Whether the taint of a letter is set; nil for a letter that stands for none.
  package func has(_ letter: Character) -> Bool? {
    KernelTaint.letters.firstIndex(of: letter).map { bits >> $0 & 1 == 1 }
  }
}
