import Artefacts
import ChildProcess
import Decompression
import Digests
import Files
import Glibc
import ModuleFile
import SystemPackage
import Testing

/// Modules that are published compressed: their digest is the file's, what is loaded is the module.
struct CompressedTests {
  static let module = ArtefactTests.module
  static let digest = ArtefactTests.digest

  static func compressed(_ bytes: [UInt8], _ compression: Compression) async throws -> [UInt8] {
    let program: FilePath =
      switch compression {
      case .xz: "/usr/bin/xz"
      case .gzip: "/bin/gzip"
      case .zstd: "/usr/bin/zstd"
      }
    let command = Command(
      program, ["-c", "-q"], environment: ["PATH": "/usr/bin:/bin"], input: bytes,
      timeLimit: .seconds(600), outputLimit: 64 << 20)
    let result = try await command.run()
    try #require(result.succeeded, "\(program): \(result.standardError.text)")
    return result.standardOutput.bytes
  }

  @Test(
    "both digests are known, and what would be loaded is the module",
    arguments: Compression.allCases)
  func digests(_ compression: Compression) async throws {
    let scratch = try Scratch()
    let file = try await Self.compressed(Self.module, compression)
    // Whatever it is called.
    let path = try scratch.file("m.ko", file)
    let artefact = try Artefact(reading: path, sha256: sha256Hex(file), trust: .unchecked)
    try scratch.file("m.ko", [1])
    let (sha256, module, name) = (artefact.sha256, artefact.moduleSHA256, artefact.facts.name)
    #expect(sha256 == sha256Hex(file))
    #expect(module == Self.digest)
    #expect(name == "klp_test")
    let found = artefact.compression
    #expect(found == compression)
    let descriptor = artefact.descriptor
    #expect(try descriptor.readToEnd(limit: 1 << 20) == Self.module)
    #expect(throws: Errno.notPermitted) { try descriptor.writeAll([0]) }
    withExtendedLifetime(artefact.sha256) {}
  }

  @Test("the digest of the module inside is not the file's")
  func otherDigest() async throws {
    let scratch = try Scratch()
    let file = try await Self.compressed(Self.module, .xz)
    let path = try scratch.file("m.ko.xz", file)
    let failure = problem {
      _ = try Artefact(reading: path, sha256: Self.digest, trust: .unchecked)
    }
    #expect(failure?.kind == .digestMismatch(found: sha256Hex(file)))
  }

  @Test("what is in it is told when that is no module")
  func noModule() async throws {
    let scratch = try Scratch()
    let path = try scratch.file("m.ko.gz", try await Self.compressed(Array("hello".utf8), .gzip))
    let failure = problem { _ = try Artefact(reading: path, sha256: nil, trust: .unchecked) }
    #expect(failure?.kind == .notAModule(.notELF(.nothing)))
    #expect(
      scratch.relative(failure?.message)
        == "$/m.ko.gz holds, in gzip, no kernel module: it is no ELF file")
    let twice = try await Self.compressed(try await Self.compressed(Self.module, .xz), .zstd)
    let second = try scratch.file("twice", twice)
    let other = problem { _ = try Artefact(reading: second, sha256: nil, trust: .unchecked) }
    #expect(
      scratch.relative(other?.description) == """
        $/twice holds, in zstd, no kernel module: it is compressed (xz); \
        decompress it with unxz, and give the digest of the result
        """)
  }

  @Test(
    "the store keeps the file as it was published, and the module beside it",
    arguments: Compression.allCases)
  func kept(_ compression: Compression) async throws {
    let scratch = try Scratch()
    let access = try scratch.access()
    let file = try await Self.compressed(Self.module, compression)
    let digest = sha256Hex(file)
    let path = try scratch.file("m.ko", file)
    try scratch.store.keep(
      try Artefact(reading: path, sha256: nil, trust: .unchecked), access: access)
    let copy = "klpolicy/store/\(digest)/module.ko"
    let packed = "\(copy).\(compression.fileExtension)"
    #expect(
      try scratch.tree().filter { $0.hasPrefix("klpolicy/store/\(digest)/") } == [copy, packed])
    func content(_ name: String) throws -> [UInt8] {
      try readTrusted(scratch.path.pushing(FilePath(name)), trust: .unchecked, limit: 1 << 20)
    }
    #expect(try content(copy) == Self.module)
    #expect(try content(packed) == file)
    let opened = try scratch.store.open(digest)
    let module = opened.moduleSHA256
    #expect(module == Self.digest)

    // The copy beside it is for people: what is loaded comes from the published file.
    try scratch.file(copy, [1, 2, 3])
    let again = try scratch.store.open(digest)
    let same = again.moduleSHA256
    #expect(same == Self.digest)

    try scratch.file(packed, [1, 2, 3])
    #expect(
      problem { _ = try scratch.store.open(digest) }?.kind
        == .digestMismatch(found: sha256Hex([1, 2, 3])))
    try scratch.store.keep(opened, access: access)
    #expect(try content(copy) == Self.module)
    #expect(try content(packed) == file)
  }

  @Test("a file that somebody puts beside a copy does not take its place for long")
  func beside() async throws {
    let scratch = try Scratch()
    let access = try scratch.access()
    let path = try scratch.file("m.ko", Self.module)
    let artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
    try scratch.store.keep(artefact, access: access)
    try scratch.file("klpolicy/store/\(Self.digest)/module.ko.xz", [1])
    #expect(
      problem { _ = try scratch.store.open(Self.digest) }?.kind
        == .digestMismatch(found: sha256Hex([1])))
    try scratch.store.keep(artefact, access: access)
    _ = try scratch.store.open(Self.digest)
    #expect(try !scratch.tree().contains { $0.hasSuffix(".xz") })
  }
}
