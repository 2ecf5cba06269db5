package import Decompression
package import Files
package import ModuleFile
internal import SystemPackage

/// Why a build's file cannot be used.
package struct ArtefactProblem: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// It is neither where the policy says nor in the store.
    case missing
    case unreadable
    /// Somebody other than root could have written it.
    case untrusted
    case digestMismatch(found: String)
    case notAModule(ModuleProblem)
    /// It is compressed, and does not come apart.
    case notDecompressed(DecompressionProblem)
    /// The store could not take it.
    case notKept(SystemError)
    /// It did not come from where it is published.
    case notDownloaded(DownloadFailure)
  }

  package let kind: Kind
  /// The file it is about.
  package let path: String
  /// One sentence without a full stop: what is wrong and where.
  package let message: String
  /// What to do about it, as an instruction.
  package let advice: String?

  init(_ kind: Kind, _ path: FilePath, _ message: String, advice: String? = nil) {
    self.init(kind, at: path.string, message, advice: advice)
  }

  init(_ kind: Kind, at path: String, _ message: String, advice: String? = nil) {
    self.kind = kind
    self.path = path
    self.message = message
    self.advice = advice
  }
}

extension ArtefactProblem: CustomStringConvertible {
  /// The message and the advice.
  package var description: String {
    advice.map { "\(message); \($0)" } ?? message
  }
}

extension ArtefactProblem {
  init(_ problem: FileProblem, of path: FilePath) {
    switch problem.kind {
    case .absent:
      self.init(
        .missing, path, "\(problem)",
        advice: "put the module there, or correct the path in the policy")
    case .untrusted: self.init(.untrusted, path, "\(problem)", advice: problem.advice)
    case .unreadable, .tooLarge, .notRegular, .changed:
      self.init(.unreadable, path, "\(problem)", advice: problem.advice)
    }
  }

  /// A build that did not come from where it is published.
  init(_ url: String, _ failure: DownloadFailure) {
    self.init(
      .notDownloaded(failure), at: url, "\(url) was not downloaded: \(failure)",
      advice: failure.advice)
  }

  /// A build that was not even asked for.
  package init(notFetched url: String, since problem: String) {
    self.init(url, DownloadFailure(.notRun(isMissing: false), problem))
  }

  /// A file system that does not take what is to be kept.
  init(notKept error: SystemError, in root: FilePath) {
    let advice: String? =
      switch error.errno {
      case .noSpace, .diskQuotaExceeded: "make room on the file system of \(root)"
      case .readOnlyFileSystem: "\(root) must be writable"
      default: nil
      }
    self.init(
      .notKept(error), root, "no copy of the build could be kept in \(root): \(error)",
      advice: advice)
  }

  /// A build that is published somewhere, and not in the store.
  package init(notDownloaded url: String, _ problem: ArtefactProblem) {
    guard problem.kind == .missing else {
      self = problem
      return
    }
    self.init(
      .missing, at: url, "\(url) was not downloaded, and \(problem.message)",
      advice: "fetch it by other means, and give it as file")
  }

  /// `compression` is what it was packed in.
  init(_ problem: ModuleProblem, of path: String, in compression: Compression?) {
    let what = compression.map { "\(path) holds, in \($0.rawValue), no kernel module" }
    self.init(
      .notAModule(problem), at: path, "\(what ?? "\(path) is not a kernel module"): \(problem)",
      advice: problem.advice)
  }

  init(_ problem: DecompressionProblem, of path: String) {
    self.init(
      .notDecompressed(problem), at: path, "\(path) cannot be decompressed: \(problem)",
      advice: problem.advice)
  }

  /// The file is not the one whose digest was given; `content` is what it seems to be.
  init(mismatchOf path: String, expected: String, found: String, content: ModuleProblem?) {
    var message = "\(path) is not the file of the policy: its SHA-256 is \(found), not \(expected)"
    if let content { message += " (\(content))" }
    let advice =
      content?.advice
      ?? (path.hasPrefix("https://") ? "publish the right file there" : "copy the right file there")
      + "; or, if this one is meant, give its digest in the policy"
    self.init(.digestMismatch(found: found), at: path, message, advice: advice)
  }
}
