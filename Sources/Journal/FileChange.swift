/// A change of a file that belongs to a vendor's service.
package struct FileChange: Hashable, Sendable {
  /// As policies name it: `kpatch`.
  package var service: String
  /// Absolute.
  package var path: String
  /// The module that the file holds.
  package var module: String
  /// SHA-256 of what is written, or of what is taken away.
  package var sha256: String
  /// The one setting in it that is made, `key=value`; nil where the whole file is written.
  package var setting: String?

  package init(
    service: String, path: String, module: String, sha256: String, setting: String? = nil
  ) {
    self.setting = setting
    self.service = service
    self.path = path
    self.module = module
    self.sha256 = sha256
  }
}
