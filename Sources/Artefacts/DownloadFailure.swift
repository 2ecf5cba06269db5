internal import SystemPackage

/// Why a file did not come.
package struct DownloadFailure: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// curl's exit code (EXIT CODES of curl(1)), and the status of the server's last answer.
    case curl(exit: Int32, status: Int?)
    /// curl was ended: by a signal, or since it took too long.
    case ended(String)
    case tooLarge(limit: Int)
    /// curl could not be run; whether it is not there.
    case notRun(isMissing: Bool)
  }

  package let kind: Kind
  /// curl's own words, or the system's.
  package let words: String?

  package init(_ kind: Kind, _ words: String? = nil) {
    self.kind = kind
    self.words = words
  }

  /// Whether it may go well when it is tried again.
  package var isPassing: Bool {
    switch kind {
    case .curl(22, let status):
      return status.map { $0 >= 500 || $0 == 408 || $0 == 429 } ?? false
    case .curl(let exit, _):
      // Names, connections, cut and slow transfers, and what HTTP/2 makes of them.
      return [5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92].contains(exit)
    case .ended, .tooLarge, .notRun: return false
    }
  }

  /// Whether the server does not go on where an earlier attempt ended.
  var isAboutRange: Bool {
    switch kind {
    case .curl(33, _), .curl(36, _), .curl(22, 416): true
    default: false
    }
  }
}

extension DownloadFailure: CustomStringConvertible {
  /// Why, without a full stop, to go on after "URL was not downloaded: ".
  package var description: String {
    switch kind {
    case .curl(let exit, let status):
      return (words.map { "\($0) " } ?? "")
        + "(curl exited with \(exit)\(status.map { ", HTTP status \($0)" } ?? ""))"
    case .ended(let how): return "curl \(how)"
    case .tooLarge(let limit):
      return "it is larger than \(limit >> 20) MiB, and no live patch is that large"
    case .notRun: return words ?? "curl could not be run"
    }
  }

  /// What to do about it, as an instruction.
  package var advice: String {
    switch kind {
    case .curl(1, _):
      return "publish it where every redirect leads to https"
    case .curl(22, let status):
      return (status ?? 0) >= 500
        ? "run again when the server is well" : "look at the address: correct url in the policy"
    case .curl(60, _), .curl(35, _), .curl(51, _), .curl(58, _), .curl(83, _):
      return "where a certificate authority of your own has signed for the server, name it as "
        + "downloads.caFile in /etc/klpolicy/config.yaml"
    case .curl(77, _):
      return "downloads.caFile in /etc/klpolicy/config.yaml must be PEM that everybody may read: "
        + "curl does not run as root"
    case .curl(5, _), .curl(97, _):
      return "look at downloads.proxy in /etc/klpolicy/config.yaml, or at the proxy variables"
    case .curl(63, _), .tooLarge:
      return "look at what is published there"
    case .curl, .ended:
      return "see whether this host reaches the server; the next run goes on from what has come"
    case .notRun(isMissing: true):
      return "install curl, or give the module as file"
    case .notRun(isMissing: false):
      return "see to it, or give the module as file"
    }
  }
}
