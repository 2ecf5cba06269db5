package import JSONText
package import Shapes

/// What the agent says of itself: what it keeps the host to, and how that goes.
package struct AgentStatus: Hashable, Sendable {
  /// The directory, on this host, of its policies.
  package var directory: String?
  /// The repository that it follows; absent where it follows none.
  package var url: String?
  package var branch: String?
  package var tag: String?
  package var path: String?
  /// The commit whose policies are in force; absent before there is one.
  package var commit: String?
  package var committedAt: Timestamp?
  package var acceptedAt: Timestamp?
  /// Whose signature made it count.
  package var signer: String?
  /// Who let its history in though it does not descend from what was in force.
  package var letIn: LetIn?
  /// When the source was last read without an error.
  package var syncedAt: Timestamp?
  /// Why the source could not be read, or what it holds was refused; absent where all is well.
  package var syncError: String?
  package var failingSince: Timestamp?
  /// The commit that was refused.
  package var refusedCommit: String?
  package var ranAt: Timestamp?
  /// How the last run ended; absent where it came to nothing.
  package var result: Report.Result?
  /// The last run that left nothing failed or blocked.
  package var succeededAt: Timestamp?
  /// Whether it runs; absent where that cannot be told.
  package var running: Bool?

  package init() {}

  /// A person's word.
  package struct LetIn: Hashable, Sendable {
    package var commit: String
    /// The login name of who said it.
    package var by: String
    package var at: Timestamp

    package init(commit: String, by: String, at: Timestamp) {
      self.commit = commit
      self.by = by
      self.at = at
    }
  }
}

extension AgentStatus: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("directory", directory)
    object.field("url", url)
    object.field("branch", branch)
    object.field("tag", tag)
    object.field("path", path)
    object.field("commit", commit)
    object.field("committedAt", committedAt)
    object.field("acceptedAt", acceptedAt)
    object.field("signer", signer)
    object.field("letIn", letIn)
    object.field("syncedAt", syncedAt)
    object.field("syncError", syncError)
    object.field("failingSince", failingSince)
    object.field("refusedCommit", refusedCommit)
    object.field("ranAt", ranAt)
    object.field("result", result)
    object.field("succeededAt", succeededAt)
    object.field("running", running)
  }
}

extension AgentStatus: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    directory = shape.optional("directory", "the directory of its policies")
    url = shape.optional("url", "the repository that it follows")
    branch = shape.optional("branch", "the branch that is followed")
    tag = shape.optional("tag", "the tag that is followed")
    path = shape.optional("path", "the directory of the policies in the repository")
    commit = shape.optional("commit", "the commit whose policies are in force")
    committedAt = shape.optional("committedAt", "when it was made, as it says itself")
    acceptedAt = shape.optional("acceptedAt", "when it came into force here")
    signer = shape.optional("signer", "whose signature made it count")
    letIn = shape.optional("letIn", "who let in a history that was rewritten")
    syncedAt = shape.optional("syncedAt", "when the source was last read without an error")
    syncError = shape.optional("syncError", "why the source is not as it should be")
    failingSince = shape.optional("failingSince", "since when that is so")
    refusedCommit = shape.optional("refusedCommit", "the commit that was refused")
    ranAt = shape.optional("ranAt", "when the last run was")
    result = shape.optional("result", "how it ended; absent where it came to nothing")
    succeededAt = shape.optional("succeededAt", "the last run that left nothing failed or blocked")
    running = shape.optional("running", "whether the agent runs")
  }
}

extension AgentStatus.LetIn: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("commit", commit)
    object.field("by", by)
    object.field("at", at)
  }

  package init<S: Shape>(_ shape: inout S) {
    commit = shape.required("commit", "the commit")
    by = shape.required("by", "the login name of who said it")
    at = shape.required("at", "when it was said")
  }
}
