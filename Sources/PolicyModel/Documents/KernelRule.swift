package import HostFacts
package import Nodes
package import Shapes

/// Patches for the kernels of some releases.
package final class KernelRule: Shaped, Sendable {
  package let release: Located<KernelReleasePattern>
  package let flavour: Located<Flavour>?
  package let version: Located<PackageBuild>?
  package let supportUntil: Located<CalendarDate>?
  package let patches: [PatchEntry]
  package let place: Place

  package static let foreignKeys = [
    "kernel": "release", "kernelRelease": "release", "uname": "release", "releases": "release",
  ]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    release = shape.required(
      "release", "the kernel release (uname -r): exact, a glob, or a range such as >=6.1.0-50 <6.2")
    flavour = shape.optional("flavour", "the kernel's flavour, such as cloud-amd64 or generic")
    version = shape.optional(
      "version", "the exact package build of the kernel, which uname -v carries")
    supportUntil = shape.optional(
      "supportUntil", "after this day these kernels get no fixes: a warning, and reboot advice")
    patches = shape.required("patches", "the patches of these kernels")
  }
}

/// What a kernel is built for: `cloud-amd64`, `generic`, `rt`.
package struct Flavour: FormedText {
  package static let form = TextForm(
    "a kernel flavour of letters, digits, `.`, `_`, `+` and `-`, such as cloud-amd64",
    TextPattern(.characters("A-Za-z0-9._+-", 1...64)))
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The version of the package that a kernel came in, as `uname -v` has it: `6.1.176-1`.
package struct PackageBuild: FormedText {
  package static let form = TextForm(
    "the version of a kernel package such as 6.1.176-1",
    TextPattern(.characters("A-Za-z0-9._+~:-", 1...128)))
  package let text: String
  package init(checked text: String) { self.text = text }
}

extension KernelReleasePattern: ShapedValue {
  private static let form = TextForm(
    "a kernel release such as 6.1.0-56-cloud-amd64, a glob of * ? and [...], or a range such as "
      + ">=6.1.0-50 <6.2",
    TextPattern(.characters("A-Za-z0-9._+~:*?!\\^\\[\\]<>=,|& -", 1...255)),
    examples: ["6.1.0-56-cloud-amd64", "6.1.0-*-cloud-amd64", ">=6.1.0-50 <6.2"]
  ) { text in
    do throws(VersionRangeError) {
      _ = try KernelReleasePattern(parsing: text)
      return nil
    } catch {
      return "\(error.message): \(error.advice)"
    }
  }

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(KernelReleasePattern.form, or: KernelReleasePattern("")) { text in
      try? KernelReleasePattern(parsing: text)
    }
  }
}
