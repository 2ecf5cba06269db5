package import JSONText
package import Shapes

/// What a gate command finds on its standard input: the change that it is asked about.
package struct GateRequest: Hashable, Sendable {
  package static let kind = "GateRequest"

  package var host: PlannedHost
  /// The patch as the policies name it; absent for a module that none of them names.
  package var patch: String?
  package var module: String
  /// `load` or `unload`.
  package var action: Step.Action
  /// The policy that the change is made for; absent where it is none.
  package var policy: String?

  package init(
    host: PlannedHost, patch: String?, module: String, action: Step.Action, policy: String?
  ) {
    self.host = host
    self.patch = patch
    self.module = module
    self.action = action
    self.policy = policy
  }
}

extension GateRequest: Document {
  package static let about = "The change that a gate command is asked about, on its standard input."

  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("host", host)
    object.field("patch", patch)
    object.field("module", module)
    object.field("action", action)
    object.field("policy", policy)
  }

  package init<S: Shape>(_ shape: inout S) {
    host = shape.required("host", "the host that is to be changed")
    patch = shape.optional("patch", "the patch that is changed")
    module = shape.required("module", "its module")
    action = shape.required("action", "load or unload")
    policy = shape.optional("policy", "the policy that the change is made for")
  }
}
