/// The processor a module was built for, by its ELF machine number.
package struct Machine: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  package static let x86_64 = Machine(rawValue: 62)
  package static let ppc64 = Machine(rawValue: 21)
  package static let s390x = Machine(rawValue: 22)
  package static let aarch64 = Machine(rawValue: 183)
  package static let riscv64 = Machine(rawValue: 243)
  package static let loongarch64 = Machine(rawValue: 258)
}

extension Machine: CustomStringConvertible {
  /// As uname(2) has it, but without the byte order: `ppc64` also stands for `ppc64le`.
  package var description: String {
    switch self {
    case .x86_64: "x86_64"
    case .ppc64: "ppc64"
    case .s390x: "s390x"
    case .aarch64: "aarch64"
    case .riscv64: "riscv64"
    case .loongarch64: "loongarch64"
    default: "machine \(rawValue)"
    }
  }
}

extension Machine {
  /// The relocation type that puts a whole address into eight bytes of data.
  var absoluteRelocation: UInt32? {
    switch self {
    case .x86_64: 1
    case .ppc64: 38
    case .s390x: 22
    case .aarch64: 257
    case .riscv64, .loongarch64: 2
    default: nil
    }
  }
}
