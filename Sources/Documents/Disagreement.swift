package import JSONText
package import Shapes

/// Something that a vendor's service says and the kernel, or another service, does not.
package struct Disagreement: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// A module is installed for the running kernel, and is not in force there.
    case installedNotLoaded = "installed-not-loaded"
    /// What is in force is another build than the one that is installed under its name.
    case otherBuild = "other-build"
    /// A service's module is in memory, and the service no longer has it.
    case loadedNotInstalled = "loaded-not-installed"
    /// A service's module was replaced or disabled, and is still in memory.
    case resident
    /// A package's module is not where the package has put it.
    case missingFile = "missing-file"
    /// The initrd loads other modules at the next boot than those that are installed.
    case staleInitrd = "stale-initrd"
    /// Canonical's client tells of the kernel what the kernel does not show.
    case clientView = "client-view"
    /// Live patches of two services are in force in one function.
    case sharedFunction = "shared-function"
  }

  package var kind: Kind
  /// `kpatch`, `redHat`, `suse` or `canonical`.
  package var service: String
  /// The module that it is about; nil where it is about none.
  package var module: String?
  package var message: String

  package init(kind: Kind, service: String, module: String?, message: String) {
    self.kind = kind
    self.service = service
    self.module = module
    self.message = message
  }
}

extension Disagreement.Kind: JSONValue, ShapedValue {}

extension Disagreement: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("kind", kind)
    object.field("service", service)
    object.field("module", module)
    object.field("message", message)
  }

  package init<S: Shape>(_ shape: inout S) {
    kind = shape.required("kind", "what disagrees")
    service = shape.required("service", "whose service: kpatch, redHat, suse or canonical")
    module = shape.optional("module", "the module that it is about")
    message = shape.required("message", "for a person, and what to do")
  }
}
