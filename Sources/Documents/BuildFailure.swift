package import JSONText
package import Shapes

/// Why a change of a build is not tried again: what came of it before, as the journal tells.
package struct BuildFailure: Hashable, Sendable {
  package enum Cause: String, CaseIterable, Sendable {
    /// The kernel refused it, or did not show what was due.
    case refused
    /// A health check did not pass after it.
    case unhealthy
    /// Its transition stalled, or the kernel was busy: it may go better another time.
    case stalled
    /// A boot ended uncleanly while it was being loaded, or on probation.
    case crashed
  }

  package var module: String
  /// Its GNU build ID in hex; absent where nobody knows it.
  package var buildID: String?
  /// The patch that it is a build of; absent for a module that no policy names.
  package var patch: String?
  /// SHA-256 of the artefact as it was published; absent for what klpolicy did not load.
  package var sha256: String?
  /// `load` or `unload`.
  package var action: Step.Action
  package var cause: Cause
  /// How often, one after the other; in this boot alone where the cause is `stalled`.
  package var count: Int
  /// When it came to that last.
  package var at: Timestamp
  /// What happened, for a person.
  package var message: String
  /// Whether it stands in the journal as a record of its own.
  package var isRecorded: Bool

  package init(
    module: String, buildID: String?, patch: String?, sha256: String?, action: Step.Action,
    cause: Cause, count: Int = 1, at: Timestamp, message: String, isRecorded: Bool = true
  ) {
    self.module = module
    self.buildID = buildID
    self.patch = patch
    self.sha256 = sha256
    self.action = action
    self.cause = cause
    self.count = count
    self.at = at
    self.message = message
    self.isRecorded = isRecorded
  }

  package init(
    _ build: ManagedModule, _ cause: Cause, at: Timestamp, message: String, isRecorded: Bool = true
  ) {
    self.init(
      module: build.module, buildID: build.buildID, patch: build.patch, sha256: build.sha256,
      action: .load, cause: cause, at: at, message: message, isRecorded: isRecorded)
  }

  /// The same as it stands in the journal.
  package var recorded: BuildFailure {
    var failure = self
    failure.isRecorded = true
    return failure
  }

  /// The name that `resume` lifts it by.
  package var name: String { patch ?? module }

  /// Whether it is about the same change of the same build.
  package func isAbout(sameAs other: BuildFailure) -> Bool {
    module == other.module && buildID == other.buildID && action == other.action
  }
}

extension BuildFailure.Cause: JSONValue, ShapedValue {}

extension BuildFailure: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("buildID", buildID)
    object.field("patch", patch)
    object.field("sha256", sha256)
    object.field("action", action)
    object.field("cause", cause)
    object.field("count", count)
    object.field("at", at)
    object.field("message", message)
    object.field("recorded", isRecorded)
  }
}

extension BuildFailure: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the module's name")
    buildID = shape.optional("buildID", "its GNU build ID in hex")
    patch = shape.optional("patch", "the patch that it is a build of")
    sha256 = shape.optional("sha256", "the digest of its artefact")
    action = shape.required("action", "load or unload: what is not tried again")
    cause = shape.required("cause", "what came of it")
    count = shape.required("count", "how often, one after the other")
    at = shape.required("at", "when it came to that last")
    message = shape.required("message", "what happened, for a person")
    isRecorded = shape.required("recorded", "whether the journal has a record of it")
  }
}
