internal import Files
internal import Glibc
package import Journal
internal import SystemPackage

extension Store {
  /// Fetches a build that is published at a URL, unless there is a good copy already.
  ///
  /// - Parameters:
  ///   - url: where it is published, with https.
  ///   - sha256: the digest that it must have.
  ///   - settings: how.
  ///   - access: the right to write.
  ///   - progress: is told how far it is; nil asks curl for no progress.
  ///   - isWanted: is asked all the time; with false the download ends, and a later one goes on.
  /// - Throws: `ArtefactProblem`; nothing half stored counts as a copy then.
  package func fetch(
    _ url: String, sha256: String, _ settings: DownloadSettings, access: borrowing WriteAccess,
    progress: (@Sendable (DownloadProgress) -> Void)? = nil,
    while isWanted: @escaping @Sendable () -> Bool = { true }
  ) throws(ArtefactProblem) {
    if (try? open(sha256)) != nil { return }
    guard path(of: sha256) != nil else {
      throw ArtefactProblem(.missing, root, "\(sha256) is no SHA-256 digest")
    }
    let part = root.appending("\(Store.partial)\(sha256)")
    do throws(SystemError) {
      try makeRoot()
    } catch {
      throw ArtefactProblem(notKept: error, in: root)
    }
    let artefact: Artefact
    do throws(ArtefactProblem) {
      let download = try Download(
        url, sha256: sha256, to: part, settings, progress: progress, isWanted: isWanted)
      artefact = try download.run()
    } catch {
      // Nothing came: there is nothing to go on from.
      if (try? part.stat().size) == 0 { _ = unsafe unlink(part.string) }
      throw error
    }
    try keep(artefact, access: access)
    _ = unsafe unlink(part.string)
  }

  /// Names of downloads that are not complete begin like this.
  static var partial: String { ".part-" }
}
