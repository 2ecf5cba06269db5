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
    /// The store could not take it.
    case notKept(SystemError)
  }

  package let kind: Kind
  /// The file it is about.
  package let path: String
  /// One sentence without a full stop: what is wrong and where.
  package let message: String
  /// What to do about it, as an instruction.
  package let advice: String?

  init(_ kind: Kind, _ path: FilePath, _ message: String, advice: String? = nil) {
    self.kind = kind
    self.path = path.string
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

  /// A build that is published somewhere, and not in the store.
  package init(notDownloaded url: String, sha256: String, _ problem: ArtefactProblem) {
    guard problem.kind == .missing else {
      self = problem
      return
    }
    self.init(
      .missing, FilePath(url), "\(url) was not downloaded, and \(problem.message)",
      advice: "fetch it by other means, and give it as file")
  }

  init(_ problem: ModuleProblem, of path: FilePath) {
    self.init(
      .notAModule(problem), path, "\(path) is not a kernel module: \(problem)",
      advice: problem.advice)
  }

  /// The file is not the one whose digest was given; `content` is what it seems to be.
  init(mismatchOf path: FilePath, expected: String, found: String, content: ModuleProblem?) {
    var message = "\(path) is not the file of the policy: its SHA-256 is \(found), not \(expected)"
    if let content { message += " (\(content))" }
    let advice =
      content?.advice
      ?? "copy the right file there; or, if this one is meant, give its digest in the policy"
    self.init(.digestMismatch(found: found), path, message, advice: advice)
  }
}
