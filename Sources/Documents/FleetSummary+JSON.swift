package import JSONText
package import Shapes

extension FleetSummary: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("toolVersion", toolVersion)
    object.field("hosts", hosts)
    object.field("refused", refused)
    object.field("outcomes", outcomes)
    object.field("unverified", unverified)
    object.field("unverifiedExamples", unverifiedExamples)
    object.field("reasons", reasons)
    object.field("kernels", kernels)
    object.field("patches", patches)
    object.field("services", services)
    object.field("cves", cves)
    object.field("notListed", notListed)
  }
}

extension FleetSummary {
  package static let about = "What the plans of a whole fleet come to."

  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "the moment that the plans were made for")
    toolVersion = shape.required("toolVersion", "the version of klpolicy that made them")
    hosts = shape.required("hosts", "how many hosts have a plan")
    refused = shape.required("refused", "how many lines of the input have none")
    outcomes = shape.required("outcomes", "each host once, by what weighs most")
    unverified = shape.required(
      "unverified", "of how many hosts a fact could not be observed")
    unverifiedExamples = shape.required("unverifiedExamples", "the first of them")
    reasons = shape.required("reasons", "why, the most frequent first")
    kernels = shape.required("kernels", "by kernel release, the most frequent first")
    patches = shape.required("patches", "by patch, by name")
    services = shape.required("services", "by vendor's service, by name")
    cves = shape.required("cves", "what stays open, and where; the most frequent first")
    notListed = shape.required(
      "notListed", "how many kernels, patches and CVEs are in no list, because these are full")
  }
}

extension FleetSummary.Outcomes: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("converged", converged)
    object.field("changes", changes)
    object.field("deferred", deferred)
    object.field("blocked", blocked)
    object.field("uncovered", uncovered)
    object.field("unverified", unverified)
  }
}

extension FleetSummary.Outcomes: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    converged = shape.required("converged", "hosts that are as the policies want them")
    changes = shape.required("changes", "hosts that would be changed, with nothing blocked")
    deferred = shape.required("deferred", "hosts with deferred work alone")
    blocked = shape.required("blocked", "hosts with something that waits for a person")
    uncovered = shape.required(
      "uncovered", "hosts of which no given policy wants anything, on the kernel that they run")
    unverified = shape.required(
      "unverified",
      "hosts with nothing to do as far as could be observed, of which something that decides could not "
        + "be")
  }
}

extension FleetSummary.ReasonCount.Part: JSONValue, ShapedValue {}

extension FleetSummary.ReasonCount: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("reason", reason)
    object.field("part", part)
    object.field("hosts", hosts)
    object.field("examples", examples)
  }
}

extension FleetSummary.ReasonCount: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    reason = shape.required("reason", "the reason")
    part = shape.required(
      "part", "whether it is of steps, of what is deferred or of what is blocked")
    hosts = shape.required("hosts", "on how many hosts")
    examples = shape.required("examples", "the first of them")
  }
}

extension FleetSummary.KernelCount: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("release", release)
    object.field("hosts", outcomes.total)
    object.field("outcomes", outcomes)
  }
}

extension FleetSummary.KernelCount: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    release = shape.required("release", "the kernel release")
    let _: Int = shape.required("hosts", "how many hosts run it")
    outcomes = shape.required("outcomes", "each of them once")
  }
}

extension FleetSummary.PatchCount: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("patch", patch)
    object.field("load", load)
    object.field("remove", remove)
    object.field("deferred", deferred)
    object.field("blocked", blocked)
  }
}

extension FleetSummary.PatchCount: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    patch = shape.required("patch", "the patch as policies name it")
    load = shape.required("load", "on how many hosts it would be loaded")
    remove = shape.required("remove", "on how many hosts it would be taken off")
    deferred = shape.required("deferred", "on how many hosts it waits")
    blocked = shape.required("blocked", "on how many hosts it is blocked")
  }
}

extension FleetSummary.ServiceCount: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("service", service)
    object.field("change", change)
    object.field("deferred", deferred)
    object.field("blocked", blocked)
  }
}

extension FleetSummary.ServiceCount: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    service = shape.required("service", "the vendor's service as policies name it")
    change = shape.required(
      "change", "on how many hosts a package, a file or a setting of it would be changed")
    deferred = shape.required("deferred", "on how many hosts something of it waits")
    blocked = shape.required("blocked", "on how many hosts something of it is blocked")
  }
}

extension FleetSummary.CVECount: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("cve", cve)
    object.field("open", open)
    object.field("examples", examples)
  }
}

extension FleetSummary.CVECount: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    cve = shape.required("cve", "the vulnerability")
    open = shape.required("open", "on how many hosts it stays open")
    examples = shape.required("examples", "the first of them")
  }
}
