internal import Decompression
package import Documents
internal import Files
package import SystemPackage

/// The host's own copies of the builds it loaded, by digest, so that what was there before can be
/// loaded again: `<root>/<sha256>/module.ko`, and beside it, where the file was published
/// compressed, that file: `module.ko.xz`, `module.ko.gz` or `module.ko.zst`. The digest is that of
/// the file as it was published, so what is opened comes from there.
package struct Store: Sendable {
  /// `/var/lib/klpolicy/store` on a host.
  package let root: FilePath

  package init(_ root: FilePath) {
    self.root = root
  }

  /// Whether there is a copy. It is not read: `open` does that, and checks it.
  ///
  /// - Parameter sha256: the build's digest.
  /// - Returns: unknown when the store cannot be looked into, as without privileges.
  package func contains(_ sha256: String) -> Fact<Bool> {
    guard let path = path(of: sha256) else { return .known(false) }
    do throws(Errno) {
      return .known(try path.stat().type == .regular)
    } catch {
      return [.noSuchFileOrDirectory, .notDirectory].contains(error) ? .known(false) : .unknown
    }
  }

  /// Opens a copy after checking its digest again: disks forget, and people edit.
  ///
  /// - Parameter sha256: the build's digest.
  /// - Returns: the artefact, open.
  /// - Throws: `ArtefactProblem`.
  package func open(_ sha256: String) throws(ArtefactProblem) -> Artefact {
    guard let plain = path(of: sha256) else {
      throw ArtefactProblem(.missing, root, "\(sha256) is no SHA-256 digest")
    }
    // Where it was packed, the module beside it is for people to look at.
    let path =
      Compression.allCases.map { packed(plain, $0) }
      .first { (try? $0.stat(followTargetSymlink: false)) != nil } ?? plain
    do throws(ArtefactProblem) {
      // The digest says more than the owner could.
      return try Artefact(reading: path, sha256: sha256, trust: .unchecked)
    } catch {
      switch error.kind {
      case .missing:
        throw ArtefactProblem(.missing, path, "the store has no copy of the build \(sha256)")
      case .digestMismatch:
        throw ArtefactProblem(
          error.kind, path, "the store's copy \(path) was changed or damaged since it was kept",
          advice: "remove it; put the module where the policy says, and it is kept anew")
      case .unreadable, .untrusted, .notAModule, .notDecompressed, .notKept, .notDownloaded:
        throw error
      }
    }
  }

  /// The copy's path; nil for what is no digest, which must not become part of a path.
  func path(of sha256: String) -> FilePath? {
    let digits = sha256.utf8
    let isDigest =
      digits.count == 64
      && digits.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
    return isDigest ? root.appending(sha256).appending("module.ko") : nil
  }

  /// Where the file that a copy was unpacked from lies.
  func packed(_ plain: FilePath, _ compression: Compression) -> FilePath {
    FilePath("\(plain).\(compression.fileExtension)")
  }
}
