internal import Artefacts
internal import Diagnostics
internal import Documents
internal import Files
internal import Journal
internal import Nodes
internal import PolicyModel
internal import PolicySyntax
internal import SystemPackage

extension Reconciler {
  /// Fetches what the plan loads and the store does not have yet, file by file.
  ///
  /// - Returns: what did not come, and why, by the digest that was due.
  func fetch(
    _ builds: [BuildDefinition], access: borrowing WriteAccess
  ) -> [String: ArtefactProblem] {
    let store = Store(layout.store)
    var settings = options.downloads
    var failures: [String: ArtefactProblem] = [:]
    var problem: String?
    do throws(UnreadableConfiguration) {
      try settings.configure(layout.configuration, trust: options.trust)
    } catch {
      problem = error.message
    }
    for build in builds {
      // What is not wanted any more is not begun; the run that is asked to stop says so.
      if !options.isWanted() { break }
      options.goesOn()
      guard case .url(let url) = build.origin else { continue }
      if let problem {
        failures[build.sha256] = ArtefactProblem(notFetched: url, since: problem)
        continue
      }
      do throws(ArtefactProblem) {
        try store.fetch(
          url, sha256: build.sha256, settings, access: access, progress: options.progress,
          while: options.isWanted)
      } catch {
        failures[build.sha256] = error
      }
    }
    return failures
  }
}

/// The host's configuration is there, and what it says of downloads is not known.
private struct UnreadableConfiguration: Error {
  let message: String
}

extension DownloadSettings {
  /// Takes over what the host's configuration says; a host without one says nothing.
  fileprivate mutating func configure(
    _ path: FilePath, trust: FileTrust
  ) throws(UnreadableConfiguration) {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(path, trust: trust, limit: Int(TextLimits.yaml.bytes))
    } catch {
      if error.kind == .absent { return }
      throw UnreadableConfiguration(message: "\(error)")
    }
    let (configuration, problems) = HostConfiguration.read(
      SourceText(path: path.string, bytes: bytes))
    guard let configuration else {
      let first = problems.first { $0.severity == .error }?.message ?? "it is not understood"
      throw UnreadableConfiguration(message: "\(path): \(first)")
    }
    guard let downloads = configuration.downloads else { return }
    proxy = downloads.proxy?.text
    certificates = downloads.certificates.map { FilePath($0.text) }
    if let limit = downloads.timeLimit { timeLimit = limit }
  }
}
