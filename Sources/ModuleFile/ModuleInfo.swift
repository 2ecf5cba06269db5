/// The `key=value` strings of a module's `.modinfo`, in the file's order; keys may be repeated.
package struct ModuleInfo: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The first value of a key, which is the one that the kernel takes; nil when there is none.
  package subscript(_ key: String) -> String? {
    entries.first { $0.key == key }?.value
  }
}

extension ELFFile {
  func moduleInfo() -> ModuleInfo {
    guard let index = index(of: ".modinfo") else { return ModuleInfo([]) }
    let strings = bytes.all[sections[index].range].split(separator: 0)
    return ModuleInfo(
      strings.compactMap { string in
        // What has no value is no key to the kernel either.
        guard let equals = string.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return ModuleInfo.Entry(
          key: String(decoding: string[..<equals], as: UTF8.self),
          value: String(decoding: string[equals...].dropFirst(), as: UTF8.self))
      })
  }
}
