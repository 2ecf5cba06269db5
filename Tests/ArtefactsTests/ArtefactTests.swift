import Artefacts
import Decompression
import Digests
import Files
import Glibc
import ModuleFile
import ModuleFixtures
import SystemPackage
import Testing

/// From a file to bytes that are checked and stay so.
struct ArtefactTests {
  static let module = ModuleBuilder().build()
  static let digest = sha256Hex(module)

  @Test(
    "a module is read, hashed and parsed, whatever case the digest is in",
    arguments: [digest, digest.uppercased(), nil])
  func reading(_ expected: String?) throws {
    let scratch = try Scratch()
    let path = try scratch.file("m.ko", Self.module)
    let artefact = try Artefact(reading: path, sha256: expected, trust: .unchecked)
    let (facts, sha256) = (artefact.facts, artefact.sha256)
    #expect(facts.name == "klp_test")
    #expect(sha256 == Self.digest)
  }

  @Test("what happens to the file afterwards does not matter, and the bytes cannot be changed")
  func fixed() throws {
    let scratch = try Scratch()
    let path = try scratch.file("m.ko", Self.module)
    let artefact = try Artefact(reading: path, sha256: Self.digest, trust: .unchecked)
    try scratch.file("m.ko", Array("something else".utf8))
    let descriptor = artefact.descriptor
    #expect(try sha256Hex(of: descriptor) == Self.digest)
    #expect(throws: Errno.notPermitted) { try descriptor.writeAll([0]) }
    #expect(throws: Errno.notPermitted) { try descriptor.resize(to: 0) }
    // finit_module reads from the beginning by itself, but others may not.
    #expect(try descriptor.readToEnd(limit: 1 << 20) == Self.module)
    withExtendedLifetime(artefact.sha256) {}
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var file: [UInt8]?
    var expected: String?
    var kind: ArtefactProblem.Kind
    var says: String
  }

  static let other = sha256Hex([1])
  static let pointer = Array("version https://git-lfs.example/spec/v1".utf8)

  static let cases: [Case] = [
    Case(
      testDescription: "nothing there", kind: .missing,
      says: """
        $/m.ko does not exist; put the module there, or correct the path in the policy
        """),
    Case(
      testDescription: "another digest", file: module, expected: other,
      kind: .digestMismatch(found: digest),
      says: """
        $/m.ko is not the file of the policy: its SHA-256 is \(digest), not \(other); \
        copy the right file there; or, if this one is meant, give its digest in the policy
        """),
    Case(
      testDescription: "another digest, and the reason can be seen",
      file: pointer, expected: other, kind: .digestMismatch(found: sha256Hex(pointer)),
      says: """
        $/m.ko is not the file of the policy: its SHA-256 is \
        \(sha256Hex(pointer)), not \(other) \
        (it is a Git LFS pointer to a file that was not fetched); \
        run git lfs pull where the file was checked out
        """),
    Case(
      testDescription: "no module", file: Array("hello".utf8),
      kind: .notAModule(.notELF(.nothing)),
      says: """
        $/m.ko is not a kernel module: it is no ELF file; \
        give the .ko file that was built for the kernel
        """),
    Case(
      testDescription: "compressed, and cut off", file: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
      kind: .notDecompressed(DecompressionProblem(.xz, .truncated)),
      says: """
        $/m.ko cannot be decompressed: it is cut off in the middle of its xz data; \
        copy it again from where it was published
        """),
    Case(
      testDescription: "compressed, with another digest", file: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
      expected: other,
      kind: .digestMismatch(found: sha256Hex([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])),
      says: """
        $/m.ko is not the file of the policy: its SHA-256 is \
        \(sha256Hex([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])), not \(other); \
        copy the right file there; or, if this one is meant, give its digest in the policy
        """),
    Case(
      testDescription: "empty", file: [], kind: .notAModule(.notELF(.empty)),
      says: """
        $/m.ko is not a kernel module: it is empty; give the .ko file that was built for the kernel
        """),
  ]

  @Test("what cannot be used is told: what, where and what to do", arguments: cases)
  func problems(_ example: Case) throws {
    let scratch = try Scratch()
    if let file = example.file { try scratch.file("m.ko", file) }
    let failure = problem {
      _ = try Artefact(
        reading: scratch.path.appending("m.ko"), sha256: example.expected, trust: .unchecked)
    }
    #expect(failure?.kind == example.kind)
    #expect(scratch.relative(failure?.description) == example.says)
    #expect(scratch.relative(failure?.path) == "$/m.ko")
  }

  @Test("a directory and a file that root does not own are told apart")
  func unreadable() throws {
    let scratch = try Scratch()
    let directory = problem {
      _ = try Artefact(reading: scratch.path, sha256: nil, trust: .unchecked)
    }
    #expect(directory?.kind == .unreadable)
    #expect(scratch.relative(directory?.description) == "$ is no regular file")
    guard getuid() == 0 else { return }
    let path = try scratch.file("m.ko", Self.module)
    let given = unsafe chown(path.string, 1000, 0) == 0
    try #require(given)
    let untrusted = problem { _ = try Artefact(reading: path, sha256: nil, trust: .rootOwned) }
    #expect(untrusted?.kind == .untrusted)
    #expect(
      scratch.relative(untrusted?.description) == """
        $/m.ko is not trusted: file $/m.ko is owned by uid 1000 (mode 0600), \
        and none but root may be able to write it; chown root: $/m.ko
        """)
  }
}
