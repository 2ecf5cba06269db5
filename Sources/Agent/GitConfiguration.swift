internal import Files
internal import SystemPackage

/// What git(1) and ssh(1) are told by files, so that nothing of it shows in the list of processes.
struct GitConfiguration: Hashable, Sendable {
  var url: String
  var proxy: String?
  var certificates: String?
  /// `USER:TOKEN`.
  var credentials: String?

  /// git-config(1). Nothing that a repository says is run: there are no hooks, filters or submodules of
  /// its own, and no one is asked for anything.
  var git: String {
    var lines = [
      "[core]", "hooksPath = /dev/null", "fsmonitor = false", "attributesFile = /dev/null",
      "excludesFile = /dev/null", "askPass = /bin/false",
      // A copy that a power cut damages is of no more use than none.
      "fsync = all",
      // What is cleared away is cleared away before the agent goes on.
      "[gc]", "autoDetach = false", "[maintenance]", "autoDetach = false",
      "[transfer]", "fsckObjects = true", "[submodule]", "recurse = false",
      "[fetch]", "recurseSubmodules = false", "[protocol]", "version = 2",
      "[credential]", "helper =", "[safe]", "directory = *",
      "[http]", "followRedirects = false", "lowSpeedLimit = 1000", "lowSpeedTime = 30",
    ]
    if let proxy { lines.append("proxy = \(quoted(proxy))") }
    if let certificates { lines.append("sslCAInfo = \(quoted(certificates))") }
    if let credentials {
      lines += [
        "[http \(quoted(url))]",
        "extraHeader = \(quoted("Authorization: Basic \(base64(Array(credentials.utf8)))"))",
      ]
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// ssh_config(5).
  static func ssh(key: FilePath?, knownHosts: FilePath) -> String {
    var lines = [
      "BatchMode yes", "StrictHostKeyChecking yes", "UserKnownHostsFile \(knownHosts)",
      "GlobalKnownHostsFile /dev/null", "UpdateHostKeys no", "IdentitiesOnly yes",
      "IdentityAgent none", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
      "ForwardAgent no", "ForwardX11 no", "ClearAllForwardings yes", "PermitLocalCommand no",
      "ControlMaster no", "ControlPath none", "ConnectTimeout 30", "ServerAliveInterval 15",
      "ServerAliveCountMax 4",
    ]
    lines.append("IdentityFile \(key?.string ?? "none")")
    return lines.map { $0 + "\n" }.joined()
  }

  private func quoted(_ value: String) -> String {
    var quoted = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return "\"\(quoted)\""
  }
}

/// RFC 4648, section 4.
func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let piece = bytes[start..<min(start + 3, bytes.count)]
    let padded = Array(piece) + [0, 0]
    let number = Int(padded[0]) << 16 | Int(padded[1]) << 8 | Int(padded[2])
    for place in 0..<4 {
      text.append(
        place <= piece.count
          ? digits[number >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
