/// A kernel release on its way from text to parts.
struct KernelReleaseReading {
  var scheme = KernelRelease.Scheme.upstream
  var base: Substring
  /// `rc1`
  var candidate: Substring?
  var architecture: Substring?
  var flavour: String?
  /// The name in the distribution's mark: `el`, `deb`.
  var mark: String?

  /// The rest of the version with the sign before it: `-427.el9_4`, `+deb12`, `+`.
  private var local = ""
  /// The same without the distribution's mark.
  private var unmarkedLocal = ""

  init(_ text: String) {
    var rest = text[...]
    base = rest.takeDottedNumber()
    guard !base.isEmpty else {
      flavour = text.isEmpty ? nil : text
      return
    }
    candidate = rest.takeCandidate()
    switch rest.utf8.first {
    case UInt8(ascii: "+"): readLocalVersion(rest.dropFirst())
    case UInt8(ascii: "-"): readBehindDash(rest.dropFirst())
    default: flavour = rest.nonEmpty
    }
  }

  var version: String { base.isEmpty ? flavour ?? "" : numbered + local }
  var unmarkedVersion: String { base.isEmpty ? version : numbered + unmarkedLocal }
  private var numbered: String { base + (candidate.map { "~" + $0 } ?? "") }

  var release: String? {
    if let candidate { return candidate + local }
    return local.isEmpty ? nil : local == "+" ? local : String(local.dropFirst())
  }

  /// `+` (a tree beyond its tag), `+deb12-amd64`, `+custom`.
  private mutating func readLocalVersion(_ text: Substring) {
    let (word, behind) = text.cut(at: [UInt8(ascii: "-")])
    let rest = behind.dropFirst()
    if word.isEmpty {
      (local, unmarkedLocal) = ("+", "+")
      flavour = rest.nonEmpty
    } else if word.isDebianMark || rest.debianArchitecture != nil {
      scheme = .debian
      mark = "deb"
      local = "+" + word
      flavour = rest.nonEmpty
      architecture = rest.debianArchitecture
    } else {
      flavour = String(text)
    }
  }

  private mutating func readBehindDash(_ text: Substring) {
    let (number, behind) = text.cut(at: [UInt8(ascii: "-"), UInt8(ascii: "+")])
    // Debian's newer releases have no number: 6.12.6-amd64, 6.12.6-686-pae.
    let hasNumber = text.utf8.first?.isDigit == true && number.debianArchitecture == nil
    guard hasNumber else {
      flavour = text.nonEmpty
      architecture = text.debianArchitecture
      if architecture != nil { scheme = .debian }
      return
    }
    (local, unmarkedLocal) = ("-" + number, "-" + number)
    let rest = behind.dropFirst()
    flavour = rest.nonEmpty
    if readRPM(number, rest) { return }
    if let found = rest.debianArchitecture {
      scheme = .debian
      architecture = found
    } else if number.split(separator: ".").contains(where: \.isDebianMark) {
      scheme = .debian
    } else if behind.utf8.first == UInt8(ascii: "-"), rest.utf8.first?.isLetter == true,
      candidate == nil, base.utf8.split(separator: UInt8(ascii: ".")).count == 3,
      base.hasSuffix(".0"), !number.utf8.contains(UInt8(ascii: ".")), !rest.isCommit
    {
      scheme = .ubuntu
      // Builds of candidates for Ubuntu: 6.13.0-061300rc3-generic.
      if let letters = number.utf8.firstIndex(where: \.isLetter),
        number[letters...].isNumbered("rc")
      {
        local = "-" + number[..<letters] + "~" + number[letters...]
        unmarkedLocal = local
      }
    }
  }

  /// Reads `427.13.1.el9_4.x86_64` and `150600.23.47`; false if it is not rpm's.
  private mutating func readRPM(_ number: Substring, _ rest: Substring) -> Bool {
    var release = number
    if let dot = number.utf8.lastIndex(of: UInt8(ascii: ".")),
      rpmArchitectures.contains(String(number[dot...].dropFirst()))
    {
      architecture = number[dot...].dropFirst()
      release = number[..<dot]
    }
    let found = release.rpmMark
    let isMarked = found.map { rpmMarks.contains($0.name) } ?? false
    let isSUSE =
      !rest.isEmpty
      && (suseFlavours.contains(String(rest))
        || (number.isDotted && rest.debianArchitecture == nil))
    guard architecture != nil || isMarked || isSUSE else { return false }
    scheme = .rpm
    local = "-" + release
    unmarkedLocal = "-" + (found.map { release[..<$0.start] } ?? release)
    mark = found?.name
    // Kernels with a numbering of their own, whose name stands in the release.
    let own =
      release.hasSuffix("uek")
      ? "uek" : release.split(separator: ".").contains { $0.isNumbered("rt") } ? "rt" : nil
    if let own { flavour = flavour.map { "\(own)-\($0)" } ?? own }
    return true
  }
}

private let rpmArchitectures: Set<String> = [
  "x86_64", "aarch64", "ppc64le", "ppc64", "s390x", "s390", "i386", "i586", "i686", "armv7hl",
  "riscv64", "loongarch64",
]

/// The names in the marks of RPM distributions: Enterprise Linux, Fedora, Amazon, Azure, Mariner,
/// Photon, openEuler, Alibaba, Mageia, Oracle, TencentOS.
private let rpmMarks: Set<String> = [
  "el", "fc", "amzn", "azl", "cm", "ph", "oe", "al", "mga", "ol", "tl",
]

/// SUSE's flavours that may follow a plain number: 6.11.3-1-default of Tumbleweed.
private let suseFlavours: Set<String> = [
  "default", "preempt", "kvmsmall", "vanilla", "longterm",
]

private let debianArchitectures: Set<String> = [
  "amd64", "arm64", "armmp", "686", "i386", "powerpc64le", "powerpc64", "powerpc", "s390x",
  "riscv64", "loong64", "mips64r2el", "mips32r2el", "4kc", "5kc", "octeon", "loongson",
  "marvell", "rpi", "alpha", "sparc64", "parisc", "parisc64", "m68k", "itanium", "mckinley",
]

extension Substring {
  fileprivate var nonEmpty: String? { isEmpty ? nil : String(self) }

  /// Takes `6.1.0`.
  fileprivate mutating func takeDottedNumber() -> Substring {
    var end = utf8.startIndex
    var rest = utf8[...]
    while rest.first?.isDigit == true {
      rest = rest.drop(while: \.isDigit)
      end = rest.startIndex
      guard rest.popFirst() == UInt8(ascii: ".") else { break }
    }
    defer { self = self[end...] }
    return self[..<end]
  }

  /// Takes `-rc1` or `~rc1`.
  fileprivate mutating func takeCandidate() -> Substring? {
    guard utf8.starts(with: "-rc".utf8) || utf8.starts(with: "~rc".utf8) else { return nil }
    let digits = utf8.dropFirst(3).prefix(while: \.isDigit)
    guard digits.startIndex < digits.endIndex else { return nil }
    if let next = utf8[digits.endIndex...].first, next.isLetter { return nil }
    defer { self = self[digits.endIndex...] }
    return self[..<digits.endIndex].dropFirst()
  }

  /// What stands before the first of some ASCII bytes, and the rest.
  fileprivate func cut(at bytes: [UInt8]) -> (Substring, Substring) {
    let end = utf8.firstIndex(where: bytes.contains) ?? endIndex
    return (self[..<end], self[end...])
  }

  /// Numbers with dots between them.
  fileprivate var isDotted: Bool {
    utf8.contains(UInt8(ascii: ".")) && utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
  }

  /// `name` and a number.
  fileprivate func isNumbered(_ name: String) -> Bool {
    let number = utf8.dropFirst(name.utf8.count)
    return utf8.starts(with: name.utf8) && !number.isEmpty && number.allSatisfy(\.isDigit)
  }

  /// `deb12`, `deb12u1`, `bpo`, `unreleased`.
  fileprivate var isDebianMark: Bool {
    hasPrefix("bpo") || self == "unreleased"
      || (hasPrefix("deb") && utf8.dropFirst(3).first?.isDigit == true)
  }

  /// The word in a flavour that makes it one of Debian's.
  fileprivate var debianArchitecture: Substring? {
    utf8.split(separator: UInt8(ascii: "-")).lazy.map { Substring($0) }.first {
      debianArchitectures.contains(String($0))
    }
  }

  /// `g1a2b3c4d5e6f`, as `git describe` ends, perhaps with `-dirty`.
  fileprivate var isCommit: Bool {
    guard utf8.first == UInt8(ascii: "g") else { return false }
    let digits = utf8.dropFirst().prefix { $0 != UInt8(ascii: "-") }
    return digits.count >= 7 && digits.allSatisfy { $0.isDigit || (97...102).contains($0) }
  }

  /// The mark at the end of an RPM release, from its dot: `.el9_4`, `.el9.elrepo`.
  fileprivate var rpmMark: (start: Index, name: String)? {
    var found: (Index, String)?
    for word in split(separator: ".").dropFirst() {
      let letters = word.utf8.prefix(while: \.isLetter)
      let name = String(Substring(letters))
      guard !name.isEmpty, word.utf8[letters.endIndex...].first?.isDigit == true,
        !["rc", "rt", "git", "deb", "g"].contains(name)
      else { continue }
      found = (utf8.index(before: word.startIndex), name)
    }
    return found
  }
}
