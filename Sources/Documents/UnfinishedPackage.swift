package import JSONText
package import Shapes

/// A package of live patches that a run installed, or was installing, and that it was ended before it
/// had verified: whether it is installed is for rpm to say.
package struct UnfinishedPackage: Hashable, Sendable {
  /// Whose it is, as policies name it: `redHat` or `suse`.
  package var service: String
  /// As rpm has it: `name-[epoch:]version-release.architecture`.
  package var package: String
  /// The package of its name that was installed before; absent where there was none.
  package var replaces: String?
  /// What was in force before it; absent where nobody knows that any more, as in a later boot.
  package var before: [BuildInForce]?

  package init(
    service: String, package: String, replaces: String? = nil, before: [BuildInForce]? = nil
  ) {
    self.service = service
    self.package = package
    self.replaces = replaces
    self.before = before
  }

  /// Its name alone.
  package var name: String {
    package.split(separator: "-", omittingEmptySubsequences: false).dropLast(2)
      .joined(separator: "-")
  }

  /// Whether a person means it by a name: as rpm has it, the same without its architecture, or its name
  /// alone.
  package func isMeant(by name: String) -> Bool {
    let architecture = package.lastIndex(of: ".") ?? package.endIndex
    if name.isEmpty { return false }
    return name == package || name == package[..<architecture] || name == self.name
  }
}

/// A build that was in force at a moment.
package struct BuildInForce: Hashable, Sendable {
  package var module: String
  /// Its GNU build ID in hex; absent for a module that carries none.
  package var buildID: String?

  package init(module: String, buildID: String?) {
    self.module = module
    self.buildID = buildID
  }
}

extension UnfinishedPackage: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("service", service)
    object.field("package", package)
    object.field("replaces", replaces)
    object.field("before", before)
  }
}

extension UnfinishedPackage: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    service = shape.required("service", "whose package it is")
    package = shape.required("package", "the package, as rpm has it")
    replaces = shape.optional("replaces", "the one that was installed before")
    before = shape.optional("before", "what was in force before")
  }
}

extension BuildInForce: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("buildID", buildID)
  }
}

extension BuildInForce: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "its name")
    buildID = shape.optional("buildID", "its GNU build ID")
  }
}
