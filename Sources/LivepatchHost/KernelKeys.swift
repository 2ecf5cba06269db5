internal import CLinux
internal import Documents
internal import Files
internal import SystemPackage

/// The certificates that the kernel verifies modules with, as `/proc/keys` lists them (keyrings(7),
/// crypto/asymmetric_keys and security/integrity in the kernel).
struct KernelKeys: Hashable {
  static let path = "proc/keys"

  /// A line of `/proc/keys` that is of use here.
  struct Entry: Hashable {
    var number: Int32
    var name: String
    /// Nil for a keyring.
    var id: String?
  }

  /// The keyrings and certificates, by their numbers.
  private(set) var entries: [Int32: Entry] = [:]

  /// Lines that are not understood are of other keys.
  init(parsing text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      // ID FLAGS USAGE TIMEOUT PERM UID GID TYPE DESCRIPTION: SUMMARY; the type is cut to nine letters.
      let fields = line.split(separator: " ", maxSplits: 8, omittingEmptySubsequences: true)
      guard fields.count == 9, let number = UInt32(fields[0], radix: 16),
        let key = Int32(exactly: number), KernelKeys.isAlive(fields[1]), fields[5] == "0"
      else { continue }
      let description = fields[8].drop { $0 == " " }
      switch fields[7] {
      case "keyring":
        guard let end = description.lastIndex(of: ":") else { continue }
        entries[key] = Entry(number: key, name: String(description[..<end]), id: nil)
      case "asymmetri":
        guard let certificate = KernelKeys.certificate(description) else { continue }
        entries[key] = Entry(number: key, name: certificate.name, id: certificate.id)
      default: continue
      }
    }
  }

  /// Neither revoked nor dead nor invalidated, and made to the end.
  private static func isAlive(_ flags: Substring) -> Bool {
    flags.hasPrefix("I") && !flags.contains("R") && !flags.contains("D") && !flags.contains("i")
  }

  /// `NAME: ID: X509.rsa 1234abcd []`.
  private static func certificate(_ text: Substring) -> (name: String, id: String)? {
    guard let summary = text.ranges(of: ": X509.").last else { return nil }
    let description = text[..<summary.lowerBound]
    guard let separator = description.ranges(of: ": ").last else { return nil }
    let id = description[separator.upperBound...]
    guard !id.isEmpty, id.allSatisfy(\.isHexDigit) else { return nil }
    return (String(description[..<separator.lowerBound]), id.lowercased())
  }

  private func keyring(_ name: String) -> Int32? {
    entries.values.first { $0.id == nil && $0.name == name }?.number
  }

  /// The certificates in the kernel's own keyrings.
  ///
  /// - Parameter members: the numbers of what is in a keyring.
  /// - Returns: nil where they are not listed, as for everybody but root.
  /// - Throws: what `members` throws.
  func keys(
    _ members: (Int32) throws(Errno) -> [Int32]
  ) throws(Errno) -> [KernelFacts.Key]? {
    guard let builtin = keyring(".builtin_trusted_keys") else { return nil }
    // Modules are held against the second, which has the first in it, and that of the machine's
    // owner if it is to count; against the first alone where there is no second.
    var seen: Set<Int32> = []
    var keys: [KernelFacts.Key] = []
    for keyring in [builtin, keyring(".secondary_trusted_keys")] {
      guard let keyring else { continue }
      try collect(keyring, isForModules: .known(true), &seen, &keys, members)
    }
    for name in [".machine", ".platform"] {
      guard let keyring = keyring(name) else { continue }
      try collect(keyring, isForModules: .unknown, &seen, &keys, members)
    }
    return keys
  }

  private func collect(
    _ keyring: Int32, isForModules: Fact<Bool>, _ seen: inout Set<Int32>,
    _ keys: inout [KernelFacts.Key], _ members: (Int32) throws(Errno) -> [Int32]
  ) throws(Errno) {
    guard let ring = entries[keyring], seen.insert(keyring).inserted else { return }
    for number in try members(keyring).sorted() {
      guard let entry = entries[number] else { continue }
      guard let id = entry.id else {
        try collect(number, isForModules: isForModules, &seen, &keys, members)
        continue
      }
      guard seen.insert(number).inserted else { continue }
      keys.append(
        KernelFacts.Key(
          keyring: ring.name, name: entry.name, id: id, isForModules: isForModules))
    }
  }
}

/// The numbers of what is in a keyring of the running kernel.
func membersOfKeyring(_ keyring: Int32) throws(Errno) -> [Int32] {
  // Far more than any has.
  var numbers = [Int32](repeating: 0, count: 16_384)
  let count = unsafe numbers.withUnsafeMutableBytes { buffer in
    unsafe klp_read_key(keyring, buffer.baseAddress, UInt(buffer.count))
  }
  if count < 0 { throw Errno(rawValue: CInt(-count)) }
  guard count <= numbers.count * 4 else { throw .noMemory }
  return Array(numbers.prefix(count / 4))
}
