package import Decompression
internal import Digests
internal import Documents
package import Files
package import ModuleFile
package import SystemPackage

/// A module's bytes, checked once and fixed since: held in a sealed file in memory, from which they
/// are parsed, kept and loaded. What became of the file on the disk no longer matters.
///
/// The file may be compressed. Its digest is then that of the file as it was published, and the
/// module comes from those same bytes.
package struct Artefact: ~Copyable, Sendable {
  private let image: OwnedDescriptor
  /// The file as it was published, where that is not the module itself.
  private let packed: OwnedDescriptor?
  package let facts: ModuleFacts
  /// The digest of the file as it was published, 64 lower case hexadecimal digits.
  package let sha256: String
  /// The digest of the module that is loaded; another one where the file is compressed.
  package let moduleSHA256: String
  /// How many bytes the file has as it was published.
  package let size: Int
  /// How the file is compressed; nil where it is the module itself.
  package let compression: Compression?

  /// For finit_module; valid as long as this value lives, which must have a name.
  package var descriptor: FileDescriptor { image.descriptor }

  /// Of the file, and of the module in it.
  package static var largestSize: Int { largestModule }

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
    let file: [UInt8]
    do throws(FileProblem) {
      file = try readTrusted(path, trust: trust, limit: Artefact.largestSize)
    } catch {
      throw ArtefactProblem(error, of: path)
    }
    try self.init(of: file, from: path.string, sha256: expected)
  }

  /// Checks bytes that were read.
  ///
  /// - Parameters:
  ///   - file: the whole file as it was published.
  ///   - path: where they are from: a file or an address.
  ///   - expected: the digest that they must have; nil takes any.
  /// - Throws: `ArtefactProblem`.
  init(of file: [UInt8], from path: String, sha256 expected: String?) throws(ArtefactProblem) {
    let published = try Artefact.seal(file, path)
    // What counts is what the sealed file holds, so it is read again from there.
    let bytes = try Artefact.content(of: published, path)
    let found = sha256Hex(bytes)
    if let expected, expected.lowercased() != found {
      let content = Compression(magicOf: bytes) == nil ? ModuleProblem(of: bytes) : nil
      throw ArtefactProblem(mismatchOf: path, expected: expected, found: found, content: content)
    }
    // What nobody has vouched for is not given to a decompressor where a digest was due.
    let unpacked: (bytes: [UInt8], compression: Compression?)
    do throws(DecompressionProblem) {
      unpacked = try moduleBytes(of: bytes, limit: Artefact.largestSize)
    } catch {
      throw ArtefactProblem(error, of: path)
    }
    guard unpacked.compression != nil else {
      facts = try ModuleFacts(bytes, path, nil)
      (sha256, moduleSHA256, compression) = (found, found, nil)
      size = bytes.count
      image = published
      packed = nil
      return
    }
    let module = try Artefact.seal(unpacked.bytes, path)
    let content = try Artefact.content(of: module, path)
    facts = try ModuleFacts(content, path, unpacked.compression)
    (sha256, moduleSHA256, compression) = (found, sha256Hex(content), unpacked.compression)
    size = bytes.count
    image = module
    packed = .some(published)
  }

  /// The file as it was published; nil where that is the module itself.
  ///
  /// - Throws: `Errno`, for want of memory.
  borrowing func readPacked() throws(Errno) -> [UInt8]? {
    switch packed {
    case .some(let packed): try packed.descriptor.readFromStart()
    case nil: nil
    }
  }

  /// The module that is loaded.
  ///
  /// - Throws: `Errno`, for want of memory.
  borrowing func readModule() throws(Errno) -> [UInt8] {
    try image.descriptor.readFromStart()
  }

  /// The module that is loaded.
  ///
  /// - Throws: `ArtefactProblem`, for want of memory.
  package borrowing func moduleContent() throws(ArtefactProblem) -> [UInt8] {
    try Artefact.content(of: image, facts.name)
  }

  private static func seal(
    _ bytes: [UInt8], _ path: String
  ) throws(ArtefactProblem) -> OwnedDescriptor {
    do throws(SystemError) {
      return try sealedFile("module", bytes)
    } catch {
      throw ArtefactProblem(.unreadable, at: path, "no copy of \(path) could be made: \(error)")
    }
  }

  private static func content(
    of image: borrowing OwnedDescriptor, _ path: String
  ) throws(ArtefactProblem) -> [UInt8] {
    do throws(Errno) {
      return try image.descriptor.readFromStart()
    } catch {
      throw ArtefactProblem(.unreadable, at: path, "the copy of \(path) in memory: \(error)")
    }
  }
}

extension FileDescriptor {
  /// Everything in it; its offset is at the beginning again afterwards.
  fileprivate func readFromStart() throws(Errno) -> [UInt8] {
    try rewind()
    let bytes = try readToEnd(limit: Artefact.largestSize) ?? []
    try rewind()
    return bytes
  }
}

extension ModuleProblem {
  /// What bytes are instead of a module; nil for a module.
  fileprivate init?(of bytes: [UInt8]) {
    do throws(ModuleProblem) {
      _ = try ModuleFacts(bytes)
      return nil
    } catch {
      self = error
    }
  }
}

extension ModuleFacts {
  fileprivate init(
    _ bytes: [UInt8], _ path: String, _ compression: Compression?
  ) throws(ArtefactProblem) {
    do throws(ModuleProblem) {
      try self.init(bytes)
    } catch {
      throw ArtefactProblem(error, of: path, in: compression)
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
