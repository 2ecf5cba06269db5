package import Documents
package import Nodes
package import Shapes

/// What policies are expected to do, without a host: cases that `klpolicy test` runs.
package final class PolicyTest: DocumentType, Sendable {
  package static let kind = "PolicyTest"
  package static let about = "What policies are expected to do: hosts, times and the plans due."

  package let metadata: Metadata
  package let spec: Spec
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    metadata = shape.required("metadata", "the test's name")
    spec = shape.required("spec", "the cases")
  }

  package struct Spec: Shaped, Sendable {
    package let cases: [Case]

    package init<S: Shape>(_ shape: inout S) {
      cases = shape.required("cases", "the cases", as: NonEmpty<Case>.self).items
    }
  }

  /// One host at one moment, and the plan that is due.
  package final class Case: Shaped, Sendable {
    package let name: Located<String>
    package let host: TestHost?
    /// A snapshot's file, relative to the document.
    package let snapshot: Located<ArtefactPath>?
    package let at: Located<Moment>?
    package let loaded: [Located<LoadedPatch>]?
    package let expect: Expectation
    package let place: Place

    package init<S: Shape>(_ shape: inout S) {
      place = shape.place
      name = shape.required("name", "what must hold, in a few words; unique in the document")
      host = shape.optional("host", "the host's facts")
      snapshot = shape.optional(
        "snapshot", "a snapshot of a host, relative to this file; instead of host")
      shape.exactlyOne(of: ["host", "snapshot"])
      at = shape.optional("at", "the time; when the snapshot was taken, or now, if left out")
      loaded = shape.optional(
        "loaded", "patches whose builds klpolicy has loaded on the host before")
      expect = shape.required("expect", "the plan that is due; what is left out is not looked at")
    }
  }
}

/// The facts of a host that does not exist.
package final class TestHost: Shaped, Sendable {
  package let hostname: Located<String>?
  package let machineID: Located<String>?
  package let labels: Located<Labels>?
  package let distribution: TestDistribution?
  package let architecture: Located<ArchitectureName>?
  package let kernel: TestKernel
  package let uptimeSeconds: Located<Int>?
  package let loadPerCPU: Located<LoadLimit>?

  package init<S: Shape>(_ shape: inout S) {
    hostname = shape.optional("hostname", "test-host if left out")
    machineID = shape.optional(
      "machineID", "the hashed machine ID, of which the rollout's bucket is made")
    labels = shape.optional("labels", "the labels of its configuration")
    distribution = shape.optional("distribution", "as os-release(5) says it")
    architecture = shape.optional("architecture", "x86_64 if left out")
    kernel = shape.required("kernel", "the running kernel")
    uptimeSeconds = shape.optional("uptimeSeconds", "seconds since the boot; a day if left out")
    loadPerCPU = shape.optional("loadPerCPU", "the load average over the CPUs; 0 if left out")
  }

  package struct TestDistribution: Shaped, Sendable {
    package let id: Located<DistributionID>
    package let versionID: Located<String>?

    package init<S: Shape>(_ shape: inout S) {
      id = shape.required("id", "ID of os-release(5)")
      versionID = shape.optional("versionID", "VERSION_ID of os-release(5)")
    }
  }

  package struct TestKernel: Shaped, Sendable {
    package static let shorthand: String? = "release"
    package let release: Located<ExactRelease>
    package let version: Located<String>?
    package let buildID: Located<BuildID>?
    package let taint: Located<Int>?

    package init<S: Shape>(_ shape: inout S) {
      release = shape.required("release", "as uname -r says it")
      version = shape.optional("version", "as uname -v says it")
      buildID = shape.optional("buildID", "the GNU build ID of /sys/kernel/notes")
      taint = shape.optional("taint", "the kernel's taint bits; 0 if left out")
    }
  }
}

/// A patch that klpolicy has loaded on a test's host, at a version.
package struct LoadedPatch: Shaped, Sendable {
  package static let shorthand: String? = "patch"
  package let patch: Located<PatchName>
  package let version: Located<BuildVersion>?

  package init<S: Shape>(_ shape: inout S) {
    patch = shape.required("patch", "its name")
    version = shape.optional("version", "which build; the highest for the kernel if left out")
  }
}

/// The plan that is due. A list that is there has to be met whole; one that is left out says nothing.
package struct Expectation: Shaped, Sendable {
  package let steps: Located<[ExpectedStep]>?
  package let deferred: Located<[ExpectedWithheld]>?
  package let blocked: Located<[ExpectedWithheld]>?
  package let satisfied: Located<[PatchName]>?
  package let warnings: Located<[String]>?
  package let after: Located<[String]>?
  package let changed: Located<Bool>?

  package init<S: Shape>(_ shape: inout S) {
    steps = shape.optional("steps", "the steps in order; an empty list: none")
    deferred = shape.optional("deferred", "what waits, in any order")
    blocked = shape.optional("blocked", "what will not happen until someone acts, in any order")
    satisfied = shape.optional("satisfied", "patches that the kernel has itself, in any order")
    warnings = shape.optional("warnings", "the codes of the plan's warnings, in any order")
    after = shape.optional("after", "the modules applied when every step is done, in any order")
    changed = shape.optional("changed", "whether anything would change")
  }
}

/// A step of the plan that is due: what is left out may be anything.
package struct ExpectedStep: Shaped, Sendable {
  package let action: Located<Step.Action>?
  package let patch: Located<PatchName>?
  package let module: Located<ModuleName>?
  package let version: Located<BuildVersion>?
  package let reason: Located<Reason>?
  package let group: Located<Int>?
  package let gap: Located<Bool>?
  package let reversible: Located<Bool>?
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    action = shape.optional("action", "what is done")
    patch = shape.optional("patch", "the patch")
    module = shape.optional("module", "the module")
    version = shape.optional("version", "the version of the build that is loaded")
    reason = shape.optional("reason", "why it is taken")
    group = shape.optional("group", "which group it belongs to, from 1")
    gap = shape.optional("gap", "whether a fix is out of force until a later step")
    reversible = shape.optional("reversible", "whether it can be undone")
  }
}

/// Something that the plan is due to hold back.
package struct ExpectedWithheld: Shaped, Sendable {
  package let patch: Located<PatchName>?
  package let module: Located<ModuleName>?
  package let reason: Located<Reason>
  package let until: Located<Moment>?
  package let place: Place

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    patch = shape.optional("patch", "the patch")
    module = shape.optional("module", "the module")
    reason = shape.required("reason", "why it is held back")
    until = shape.optional("until", "when it ends")
  }
}
