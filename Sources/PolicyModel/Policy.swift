package import HostFacts
package import Nodes
package import Shapes

/// A document saying what should be so: which patches, for which kernels.
package final class Policy: DocumentType, Sendable {
  package static let kind = "Policy"
  package static let about =
    "Which live patches Linux hosts should have, by kernel release, and how they get there."

  package let metadata: Metadata
  package let spec: Spec
  /// Where the document begins; its text has the file's path and bytes.
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    metadata = shape.required("metadata", "the policy's name")
    spec = shape.required("spec", "what should be so")
  }

  package var name: Located<PolicyName> { metadata.name }
}

extension Policy {
  package struct Metadata: Shaped, Sendable {
    package var name: Located<PolicyName>

    package init<S: Shape>(_ shape: inout S) {
      name = shape.required(
        "name", "what the policy is called; no other policy of a set has its name")
    }
  }

  package struct Spec: Shaped, Sendable {
    package var priority: Int
    package var kernels: [KernelRule]
    /// nil leaves it to other policies.
    package var unmanaged: Located<Unmanaged>?
    package var safety: Safety?

    package init<S: Shape>(_ shape: inout S) {
      priority = shape.default("priority", 0, "the policy with the higher one wins a patch")
      kernels = shape.optional("kernels", "the patches, by kernel release") ?? []
      unmanaged = shape.optional(
        "unmanaged",
        "what is done about live patches that no policy names; report where no policy says")
      safety = shape.optional("safety", "how carefully changes are made")
    }
  }

  package struct Safety: Shaped, Sendable {
    package var transition: Transition?

    package init<S: Shape>(_ shape: inout S) {
      transition = shape.optional("transition", "how long the kernel may take over a change")
    }
  }

  package struct Transition: Shaped, Sendable {
    /// nil leaves it to other policies.
    package var deadline: Located<TransitionDeadline>?

    package init<S: Shape>(_ shape: inout S) {
      deadline = shape.optional(
        "deadline",
        "a transition that takes longer is reverted; 60s where no policy says")
    }
  }

  package var deadline: Located<TransitionDeadline>? { spec.safety?.transition?.deadline }
}

/// How long a transition may take before it is reverted: more than nothing.
package struct TransitionDeadline: ShapedValue, Hashable, Sendable {
  /// Zero for the placeholder of a deadline that was wrong.
  package var duration: Duration

  private static let form = TextForm(
    "a length of time such as 60s or 2m, and more than none",
    TextPattern(
      .characters("1-9", 1...1), .characters("0-9", 0...6), .characters("smhd", 1...1)),
    examples: ["60s", "2m"])

  /// What holds where no policy says.
  package static let usual = Duration.seconds(60)

  package init<S: ValueShape>(value shape: inout S) {
    duration = shape.text(TransitionDeadline.form, or: .zero) { Duration(shortText: $0) }
  }
}

/// Patches for the kernels of some releases.
package final class KernelRule: Shaped, Sendable {
  package let release: Located<KernelReleasePattern>
  package let patches: [PatchEntry]

  package init<S: Shape>(_ shape: inout S) {
    release = shape.required("release", "the kernel release (uname -r), exact or as a glob")
    patches = shape.required("patches", "the patches of these kernels")
  }
}

extension KernelReleasePattern: ShapedValue {
  private static let form = TextForm(
    "a kernel release such as 6.1.0-56-cloud-amd64, or a glob of * ? and [...]",
    TextPattern(.characters("A-Za-z0-9._+~:*?!\\^\\[\\]-", 1...255)),
    examples: ["6.1.0-56-cloud-amd64", "6.1.0-*-cloud-amd64"])

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(KernelReleasePattern.form, or: KernelReleasePattern("")) {
      KernelReleasePattern($0)
    }
  }
}
