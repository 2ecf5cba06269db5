internal import SystemPackage

/// What one run of curl(1) is told, on its standard input: its command line is always the same, so
/// that nothing of an address, a proxy or a password shows in the list of processes.
struct CurlConfiguration: Hashable, Sendable {
  var url: String
  /// How many bytes are there already.
  var offset: Int
  var settings: DownloadSettings
  /// What is left of the time for all attempts.
  var timeLeft: Duration
  /// Whether curl says how far it is, in percent.
  var showsProgress: Bool

  /// -q keeps curlrc files out, and has to be the first.
  static let arguments = ["-q", "--config", "-"]

  /// The answer's status is told in a line that begins like this.
  static let statusMark = "klpolicy-status "

  var text: String {
    var lines = [
      option("url", url), "globoff", "fail", "show-error",
      showsProgress ? "progress-bar" : "silent",
      // Nobody on the way may see or change it, wherever a redirect leads.
      option("proto", "=https"), option("proto-redir", "=https"), "location", "max-redirs = 5",
      "tlsv1.2",
      "connect-timeout = \(settings.connectLimit.components.seconds)",
      "speed-limit = \(settings.slowest)", "speed-time = \(settings.stallLimit.components.seconds)",
      "max-time = \(max(1, timeLeft.components.seconds))",
      "max-filesize = \(max(1, settings.largestSize - offset))",
      option("write-out", "%{stderr}\n\(CurlConfiguration.statusMark)%{response_code}\n"),
      option("user-agent", "klpolicy"),
    ]
    if offset > 0 { lines.append("continue-at = \(offset)") }
    if let proxy = settings.proxy { lines.append(option("proxy", proxy)) }
    if let certificates = settings.certificates {
      lines.append(option("cacert", certificates.string))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func option(_ name: String, _ value: String) -> String {
    var quoted = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return "\(name) = \"\(quoted)\""
  }
}

/// What curl wrote to its standard error.
struct CurlWords: Hashable, Sendable {
  /// Its last error, without its own name and number.
  var message: String?
  /// The status of the last answer; nil where there was none.
  var status: Int?
  /// How much of the file has come, from 0 to 1.
  var fraction: Double?

  init(_ text: String) {
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }) {
      if line.hasPrefix("curl: ("), let end = line.firstIndex(of: ")") {
        message = String(line[line.index(after: end)...].drop { $0 == " " })
      } else if line.hasPrefix(CurlConfiguration.statusMark) {
        let status = Int(line.dropFirst(CurlConfiguration.statusMark.count))
        self.status = status == 0 ? nil : status
      } else if line.hasSuffix("%"), let number = line.dropLast().split(separator: " ").last,
        let percent = Double(number), (0...100).contains(percent)
      {
        fraction = percent / 100
      }
    }
  }
}
