/// What `/proc/kallsyms`, or the System.map of a kernel that does not run, has of certain names.
struct KernelSymbols: Hashable, Sendable {
  static let path = "proc/kallsyms"

  struct Entry: Hashable, Sendable {
    /// Nil is vmlinux.
    var module: String?
    /// 0 where the kernel does not show it (kptr_restrict).
    var address: UInt64
  }

  /// By name, in the order of the symbol tables.
  private(set) var entries: [String: [Entry]] = [:]

  /// Reads the file once. `names` are looked for exactly as they are.
  static func read(
    _ root: RootDirectory, _ names: [String], path: String = path
  ) -> Reading<KernelSymbols> {
    let table = NameTable(names)
    var symbols = KernelSymbols()
    var lines = 0
    var isMalformed = false
    let reading = root.forEachLine(path) { line in
      lines += 1
      guard let start = nameStart(line) else {
        isMalformed = true
        return
      }
      let (index, end) = table.find(in: line, at: start)
      // What a module takes from elsewhere stands in its table too; the kernel passes it over.
      guard let index, line[start - 2] | 0x20 != UInt8(ascii: "u") else { return }
      symbols.entries[table.names[index], default: []].append(
        Entry(module: bracketed(line, after: end), address: hexadecimal(line) ?? 0))
    }
    switch reading {
    case .absent: return .absent
    case .failed(let failure): return .failed(failure)
    case .value:
      // Debian's System.map is one line that says where the real one is.
      if isMalformed || lines < 2 {
        return .failed(
          .malformed(path: "/" + path, message: "expected lines of an address, a type and a name"))
      }
      return .value(symbols)
    }
  }

  /// The names that vmlinux has at certain addresses.
  static func names(_ root: RootDirectory, at addresses: Set<UInt64>) -> [UInt64: [String]] {
    var names: [UInt64: [String]] = [:]
    _ = root.forEachLine(path) { line in
      guard let address = hexadecimal(line), addresses.contains(address),
        let start = nameStart(line)
      else { return }
      var end = start
      while end < line.count, line[end] > 0x20 { end += 1 }
      names[address, default: []].append(text(line, start..<end))
    }
    return names
  }

  /// Behind the address and the type's letter.
  private static func nameStart(_ line: Span<UInt8>) -> Int? {
    var blank = 0
    while blank < line.count, line[blank] != 0x20 { blank += 1 }
    guard blank > 0, blank + 3 < line.count, line[blank + 2] == 0x20 else { return nil }
    return blank + 3
  }
}

/// The module in brackets behind a name, if there is one: `\t[ext4]`, ` [ext4]`.
func bracketed(_ line: Span<UInt8>, after end: Int) -> String? {
  guard end + 2 < line.count, line[end + 1] == UInt8(ascii: "[") else { return nil }
  let start = end + 2
  var close = start
  while close < line.count, line[close] != UInt8(ascii: "]") { close += 1 }
  return text(line, start..<close)
}

/// The hexadecimal number that a line begins with.
private func hexadecimal(_ line: Span<UInt8>) -> UInt64? {
  var value: UInt64 = 0
  for index in line.indices {
    let digit: UInt8
    switch line[index] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = line[index] - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = line[index] - UInt8(ascii: "a") + 10
    case 0x20: return index > 0 && index <= 16 ? value : nil
    default: return nil
    }
    value = value &<< 4 | UInt64(digit)
  }
  return nil
}
