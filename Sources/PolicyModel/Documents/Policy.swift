package import Nodes
package import Shapes

/// A document saying what should be so: which patches, for which hosts and kernels, and when.
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

  package var name: Located<DocumentName> { metadata.name }
}

/// What a document is called.
package struct Metadata: Shaped, Sendable {
  package let name: Located<DocumentName>

  package static let foreignKeys = [
    "namespace": "leave it out: a policy is for the hosts that `spec.hosts` selects",
    "labels": "leave it out: a document has only a name, and `spec.hosts.labels` selects hosts",
    "annotations": "leave it out, or write a comment: # ...",
  ]

  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "its name; no other document of its kind in a set has it")
  }
}

extension Policy {
  package struct Spec: Shaped, Sendable {
    package let priority: Int
    /// nil selects every host.
    package let hosts: HostSelector?
    package let kernels: [KernelRule]
    package let services: [ServiceEntry]
    /// nil leaves it to other policies.
    package let unmanaged: Located<Unmanaged>?
    package let maintenance: Maintenance?
    package let cutoff: Located<CalendarDate>?
    package let minimumAge: Located<Duration>?
    package let rollout: Rollout?
    package let safety: Safety?

    package static let foreignKeys = [
      "selector": "hosts", "nodeSelector": "hosts", "minAge": "minimumAge", "foreign": "unmanaged",
      "description": "leave it out, or write a comment: # ...",
    ]

    package init<S: Shape>(_ shape: inout S) {
      priority = shape.default("priority", 0, "the policy with the higher one wins a patch")
      hosts = shape.optional("hosts", "the hosts that it is for; every host if left out")
      kernels = shape.optional("kernels", "the patches, by kernel release") ?? []
      services =
        shape.optional("services", "the services of vendors that deliver live patches") ?? []
      unmanaged = shape.optional(
        "unmanaged",
        "what is done about live patches that no policy names; report where no policy says")
      maintenance = shape.optional("maintenance", "when the kernel may be changed")
      cutoff = shape.optional("cutoff", "builds that were released after this day are not admitted")
      minimumAge = shape.optional(
        "minimumAge", "nor are those that were released less than this ago")
      rollout = shape.optional("rollout", "which share of the hosts gets a build when")
      safety = shape.optional("safety", "how carefully changes are made")
    }
  }

  package var deadline: Located<TransitionDeadline>? { spec.safety?.transition?.deadline }

  /// Whether its constraints hold for everything on the hosts it selects, since it names nothing.
  package var speaksOfWholeHost: Bool { spec.kernels.isEmpty && spec.services.isEmpty }
}
