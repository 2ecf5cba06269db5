internal import Digests
internal import Documents
package import Files
package import ModuleFile
package import SystemPackage

/// A module's bytes, checked once and fixed since: held in a sealed file in memory, from which they
/// are hashed, parsed, kept and loaded. What became of the file on the disk no longer matters.
package struct Artefact: ~Copyable, Sendable {
  private let image: OwnedDescriptor
  package let facts: ModuleFacts
  /// The digest of the bytes, 64 lower case hexadecimal digits.
  package let sha256: String
  /// How many bytes the file has.
  package let size: Int

  /// For finit_module; valid as long as this value lives, which must have a name.
  package var descriptor: FileDescriptor { image.descriptor }

  /// Live patches have some hundred kilobytes, with debugging information some ten megabytes.
  package static let largestSize = 256 << 20

  /// Reads a module.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - expected: the digest that it must have; nil takes any.
  ///   - trust: whose files are believed.
  /// - Throws: `ArtefactProblem`.
  package init(
    reading path: FilePath, sha256 expected: String?, trust: FileTrust
  ) throws(ArtefactProblem) {
    let image = try Artefact.image(of: path, trust: trust)
    // What counts is what the sealed file holds, so it is read again from there.
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try image.descriptor.readToEnd(limit: Artefact.largestSize) ?? []
      try image.descriptor.rewind()
    } catch {
      throw ArtefactProblem(.unreadable, path, "the copy of \(path) in memory: \(error)")
    }
    let found = sha256Hex(bytes)
    let content = Result { () throws(ModuleProblem) in try ModuleFacts(bytes) }
    if let expected, expected.lowercased() != found {
      var problem: ModuleProblem?
      if case .failure(let failure) = content { problem = failure }
      throw ArtefactProblem(mismatchOf: path, expected: expected, found: found, content: problem)
    }
    do throws(ModuleProblem) {
      facts = try content.get()
    } catch {
      throw ArtefactProblem(error, of: path)
    }
    sha256 = found
    size = bytes.count
    self.image = image
  }

  private static func image(
    of path: FilePath, trust: FileTrust
  ) throws(ArtefactProblem) -> OwnedDescriptor {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(path, trust: trust, limit: largestSize)
    } catch {
      throw ArtefactProblem(error, of: path)
    }
    do throws(SystemError) {
      return try sealedFile(path.lastComponent?.string ?? "module", bytes)
    } catch {
      throw ArtefactProblem(.unreadable, path, "no copy of \(path) could be made: \(error)")
    }
  }
}

/// The verified bytes of a build: from the file that the policy names or, when that is absent, from
/// the store. A file that is there with another digest is never papered over.
///
/// - Parameters:
///   - file: where the policy says that it is.
///   - sha256: the digest that it must have.
///   - store: where copies are kept.
///   - trust: whose files are believed.
/// - Returns: the artefact, open.
/// - Throws: `ArtefactProblem`.
package func locate(
  _ file: FilePath, sha256: String, store: Store, trust: FileTrust
) throws(ArtefactProblem) -> Artefact {
  do throws(ArtefactProblem) {
    return try Artefact(reading: file, sha256: sha256, trust: trust)
  } catch {
    guard error.kind == .missing else { throw error }
    do throws(ArtefactProblem) {
      return try store.open(sha256)
    } catch let inStore {
      throw ArtefactProblem(
        .missing, file, "\(error.message), and \(inStore.message)", advice: error.advice)
    }
  }
}
