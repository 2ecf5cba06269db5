internal import Files
internal import SystemPackage

extension Command.User {
  /// Who fetches from elsewhere: the user that klpolicy's package makes for nothing else, so that what
  /// git and curl are given to log in with can be read by no other program.
  ///
  /// Where there is none, nobody: what else runs as nobody there can read it then, and still less can go
  /// wrong than as root.
  package static var fetcher: Command.User {
    // Of this host alone, and at once: no directory service is asked, which a boot may be without.
    let bytes = try? readTrusted("/etc/passwd", trust: .unchecked, limit: 4 << 20)
    return bytes.flatMap { Command.User(named: "_klpolicy", in: $0) } ?? .nobody
  }

  /// A user of passwd(5); nil where there is none of that name, or it is root.
  init?(named name: String, in passwd: [UInt8]) {
    for line in passwd.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 7, fields[0] == name else { continue }
      guard let userID = UInt32(fields[2]), let groupID = UInt32(fields[3]),
        userID != 0, groupID != 0, userID != .max, groupID != .max
      else { return nil }
      self.init(userID: userID, groupID: groupID)
      return
    }
    return nil
  }
}
