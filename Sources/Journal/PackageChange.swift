package import Documents

/// A change of a package of live patches, by the host's own package manager.
package struct PackageChange: Hashable, Sendable {
  /// Whose service it belongs to, as policies name it: `redHat` or `suse`.
  package var service: String
  /// Its name alone.
  package var name: String
  /// As rpm has it: `name-[epoch:]version-release.architecture`.
  package var package: String
  /// The package of that name that was installed before; nil where there was none.
  package var replaces: String?
  /// Whether it is older than the one that it takes the place of.
  package var isOlder: Bool
  /// What was in force before it; nil in records of an earlier version, and where it undoes another.
  package var before: [BuildInForce]?

  package init(
    service: String, name: String, package: String, replaces: String? = nil, isOlder: Bool = false,
    before: [BuildInForce]? = nil
  ) {
    self.before = before
    self.service = service
    self.name = name
    self.package = package
    self.replaces = replaces
    self.isOlder = isOlder
  }
}
