package import Diagnostics

/// Why the source is not what the host follows right now. What was in force stays in force.
package struct SyncProblem: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The source could not be read: it is tried again, less and less often.
    case unreachable
    /// What it holds is not let in.
    case refused
    /// The agent was told to end.
    case stopped
  }

  package var kind: Kind
  /// The commit that it is about.
  package var commit: String?
  package var diagnostics: [Diagnostic]

  init(_ kind: Kind, commit: String? = nil, _ diagnostics: Diagnostic...) {
    self.kind = kind
    self.commit = commit
    self.diagnostics = diagnostics
  }

  /// One line for `status` and metrics.
  var message: String {
    diagnostics.first { $0.severity == .error }?.message ?? diagnostics.first?.message ?? ""
  }
}

extension Diagnostic.Code {
  package static let sourceUnreachable = Diagnostic.Code(
    "source-unreachable", "The agent's repository could not be fetched.")
  package static let sourceUnusable = Diagnostic.Code(
    "source-unusable", "What the agent needs to fetch its repository, or to keep it, is not there.")
  package static let commitUnsigned = Diagnostic.Code(
    "commit-unsigned", "A commit of the agent's repository has no signature.")
  package static let commitWronglySigned = Diagnostic.Code(
    "commit-wrongly-signed", "A commit of the agent's repository has no signature that counts.")
  package static let historyRewritten = Diagnostic.Code(
    "history-rewritten",
    "A commit of the agent's repository does not descend from the one in force.")
  package static let repositoryDamaged = Diagnostic.Code(
    "repository-damaged", "An object of the agent's repository is not what its name says.")
  package static let repositoryRefused = Diagnostic.Code(
    "repository-refused", "The agent's repository holds what is not taken from one.")
  package static let commitInvalid = Diagnostic.Code(
    "commit-invalid", "The policies of a commit of the agent's repository cannot be used.")
}
