package import Documents
package import Nodes
package import Shapes

/// The plan that is due. A list that is there has to be met whole; one that is left out says
/// nothing.
package final class Expectation: Shaped, Sendable {
  package let only: [PatchOrModule]?
  package let changed: Bool?
  package let steps: [ExpectedStep]?
  package let applied: [PatchName]?
  package let absent: [PatchName]?
  package let deferred: ExpectedWithholding?
  package let blocked: ExpectedWithholding?
  package let satisfied: [PatchName]?
  package let unmanaged: [ModuleName]?
  package let warnings: [String]?
  package let after: [ModuleName]?
  package let error: String?
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    only =
      shape.optional(
        "only", "looks at these patches or modules only; at all of the plan if left out",
        as: NonEmpty<PatchOrModule>.self)?.items
    changed = shape.optional("changed", "whether anything would change")
    steps = shape.optional(
      "steps", "the steps in their order, but for await where none is named; []: none")
    applied = shape.optional(
      "applied", "the patches in force when every step is done, in any order")
    absent = shape.optional("absent", "patches that are not in force then; others may be or not")
    deferred = shape.optional("deferred", "what waits for a later run, and why; {}: nothing")
    blocked = shape.optional(
      "blocked", "what does not happen until someone acts, and why; {}: nothing")
    satisfied = shape.optional(
      "satisfied", "the patches that the kernel needs no more, in any order")
    unmanaged = shape.optional(
      "unmanaged", "the modules that the plan reports as nobody's or another policy's")
    warnings = shape.optional("warnings", "the codes of the plan's warnings, in any order")
    after = shape.optional(
      "after", "the live patch modules in force when every step is done, in any order")
    error = shape.optional(
      "error", "there is no plan: the code of the error that the policies are on this host")
    let ofPlan = [
      "changed", "steps", "applied", "absent", "deferred", "blocked", "satisfied", "unmanaged",
      "warnings", "after",
    ]
    shape.atLeastOne(of: ofPlan + ["error"])
    // Without a plan there is nothing else to look at.
    shape.exactlyOne(ofGroups: [["error"], KeyGroup([], optional: ["only"] + ofPlan)])
  }
}

/// A step that is due, such as `load: cve-2026-0042`; what is left out may be anything.
package struct ExpectedStep: Shaped, Sendable {
  package let action: Step.Action
  package let subject: PatchOrModule
  package let module: ModuleName?
  package let version: BuildVersion?
  package let reason: Reason?
  package let group: Int?
  package let gap: Bool?
  package let reversible: Bool?

  package init<S: Shape>(_ shape: inout S) {
    var found: (Step.Action, PatchOrModule)?
    for action in Step.Action.allCases {
      let subject: PatchOrModule? = shape.optional(
        action.rawValue, "the patch or module of a step that does this")
      if let subject { found = found ?? (action, subject) }
    }
    shape.exactlyOne(of: Step.Action.allCases.map(\.rawValue))
    // A step that is none was reported.
    (action, subject) = found ?? (.load, PatchOrModule(checked: ""))
    module = shape.optional("module", "its module")
    version = shape.optional("version", "the version of the build that is loaded or taken off")
    reason = shape.optional("reason", "why it is taken")
    group = shape.optional("group", "which group it belongs to, from 1")
    gap = shape.optional("gap", "whether a fix is out of force until a later step")
    reversible = shape.optional("reversible", "whether it can be undone")
  }
}

/// What the plan is due to hold back, by patch or module.
package struct ExpectedWithholding: ShapedValue, Sendable {
  package let entries: [String: ExpectedWithheld]

  package init<S: ValueShape>(value shape: inout S) {
    entries = shape.dictionary(PatchOrModule.form, of: ExpectedWithheld.self)
  }
}

/// Why something is held back. A reason alone is short for `{reason: ...}`.
package struct ExpectedWithheld: Shaped, Sendable {
  package static let shorthand: String? = "reason"
  package let reason: Reason
  package let until: Moment?

  package init<S: Shape>(_ shape: inout S) {
    reason = shape.required("reason", "why; where there are several reasons, one of them")
    until = shape.optional("until", "when it ends")
  }
}
