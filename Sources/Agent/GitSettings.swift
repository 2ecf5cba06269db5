internal import PolicyModel
internal import SystemPackage

/// A repository that is followed, as the host's configuration has it.
package struct GitSettings: Hashable, Sendable {
  var url: String
  var branch: String?
  var tag: String?
  /// From the repository's root on; empty for all of it.
  var path = ""
  var signers: SignatureCheck.Trust
  var knownHosts: FilePath?
  var sshKey: FilePath?
  var credentials: FilePath?
  var timeLimit = Duration.seconds(300)
  var proxy: String?
  /// PEM of the authorities to believe instead of the system's.
  var certificates: String?

  init(url: String, branch: String? = nil, tag: String? = nil, signers: SignatureCheck.Trust) {
    self.url = url
    self.branch = branch
    self.tag = tag
    self.signers = signers
  }

  /// nil where it says of nobody that their signature counts, which its shape forbids.
  init?(_ source: GitSource, _ downloads: Downloads?) {
    if let file = source.allowedSigners {
      signers = .allowedSigners(FilePath(file.text))
    } else if let file = source.keyring {
      signers = .keyring(FilePath(file.text))
    } else {
      return nil
    }
    url = source.url.text
    branch = source.branch?.text
    tag = source.tag?.text
    path = source.path?.text ?? ""
    knownHosts = source.knownHosts.map { FilePath($0.text) }
    sshKey = source.sshKey.map { FilePath($0.text) }
    credentials = source.credentials.map { FilePath($0.text) }
    if let limit = source.timeLimit { timeLimit = limit }
    proxy = downloads?.proxy?.text
    certificates = downloads?.certificates?.text
  }
}
