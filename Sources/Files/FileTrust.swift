internal import SystemPackage

/// Whose files are believed.
package enum FileTrust: Hashable, Sendable {
  /// For a process that runs as root: the file, every directory on the way to it and every link
  /// passed through are owned by root, and nobody else may write them. A sticky directory owned by
  /// root passes though others may write it, since they cannot touch root's entries in it.
  case rootOwned
  /// Any file that can be read: for a person who plans with their own files.
  case unchecked
}

extension FileTrust {
  /// Refuses the node at `path` if somebody other than root could have made or written it;
  /// `asked` is the path that the user gave, which led to it.
  func check(_ status: Stat, at path: FilePath, asked: FilePath) throws(FileProblem) {
    guard self == .rootOwned else { return }
    let isLink = status.type == .symbolicLink
    let owned = status.userID.rawValue == 0
    // The mode of a link is always 0777 and means nothing. With an access control list the group
    // bits are its mask, so a writer named there shows in them too.
    let othersMayWrite =
      !isLink && !status.permissions.isDisjoint(with: [.groupWrite, .otherWrite])
    let sticky = status.type == .directory && status.permissions.contains(.saveText)
    if owned, !othersMayWrite || sticky { return }

    let quoted = shellQuoted(path.string)
    var commands: [String] = []
    if !owned { commands.append("chown \(isLink ? "-h " : "")root: \(quoted)") }
    if othersMayWrite { commands.append("chmod go-w \(quoted)") }
    let mode = isLink ? "" : " (mode \(octal(status.permissions)))"
    // Somebody's home must not be taken from them for the sake of a file in it.
    let place =
      status.type == .directory && !owned
      ? "; keep such files where that is so, as in /etc/klpolicy" : ""
    let reason = """
      \(status.type.noun) \(path) is owned by uid \(status.userID.rawValue)\(mode), \
      and none but root may be able to write it\(place)
      """
    throw FileProblem(
      asked, .untrusted(reason: reason), at: path, advice: commands.joined(separator: "; "))
  }
}

extension FileType {
  /// What a person calls it.
  var noun: String {
    switch self {
    case .directory: "directory"
    case .symbolicLink: "link"
    case .regular: "file"
    case .fifo: "named pipe"
    case .socket: "socket"
    case .characterSpecial, .blockSpecial: "device"
    default: "node"
    }
  }
}

/// As chmod(1) takes it: four digits.
func octal(_ permissions: FilePermissions) -> String {
  let digits = String(permissions.rawValue & 0o7777, radix: 8)
  return String(repeating: "0", count: 4 - digits.count) + digits
}

/// A path as one word of a shell command.
func shellQuoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    switch UInt8(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: ":"), UInt8(ascii: ","):
      true
    default: false
    }
  }
  if plain, !text.isEmpty { return text }
  var quoted = "'"
  for character in text {
    quoted += character == "'" ? "'\\''" : String(character)
  }
  return quoted + "'"
}
