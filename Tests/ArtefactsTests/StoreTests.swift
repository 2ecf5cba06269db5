import Artefacts
import Digests
import Documents
import Files
import Glibc
import Journal
import ModuleFile
import ModuleFixtures
import SystemPackage
import Testing

/// The host's own copies of what it loaded.
struct StoreTests {
  static let module = ArtefactTests.module
  static let digest = ArtefactTests.digest

  private func artefact(_ scratch: Scratch, _ bytes: [UInt8] = module) throws -> Artefact {
    let path = try scratch.file("m.ko", bytes)
    return try Artefact(reading: path, sha256: nil, trust: .unchecked)
  }

  @Test("what is kept can be opened again, and only root can look into the store")
  func keep() throws {
    let scratch = try Scratch()
    #expect(scratch.store.contains(Self.digest) == .known(false))
    try scratch.store.keep(try artefact(scratch), access: try scratch.access())
    #expect(scratch.store.contains(Self.digest) == .known(true))
    let opened = try scratch.store.open(Self.digest)
    let (sha256, name) = (opened.sha256, opened.facts.name)
    #expect(sha256 == Self.digest)
    #expect(name == "klp_test")
    #expect(
      try scratch.tree() == [
        "klpolicy", "klpolicy/store", "klpolicy/store/\(Self.digest)",
        "klpolicy/store/\(Self.digest)/module.ko", "lock", "m.ko",
      ])
    func mode(_ path: String) throws -> CInterop.Mode {
      try scratch.path.pushing(FilePath(path)).stat().permissions.rawValue
    }
    #expect(try mode("klpolicy") == 0o755)
    #expect(try mode("klpolicy/store") == 0o700)
    #expect(try mode("klpolicy/store/\(Self.digest)") == 0o700)
    #expect(try mode("klpolicy/store/\(Self.digest)/module.ko") == 0o600)
  }

  @Test("keeping it twice writes nothing the second time")
  func twice() throws {
    let scratch = try Scratch()
    let access = try scratch.access()
    try scratch.store.keep(try artefact(scratch), access: access)
    let copy = scratch.store.root.appending(Self.digest).appending("module.ko")
    let before = try copy.stat()
    try scratch.store.keep(try artefact(scratch), access: access)
    let after = try copy.stat()
    #expect(before.inode == after.inode)
    #expect(before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)
  }

  @Test("a damaged copy is not given out, and is replaced when the build is kept again")
  func damaged() throws {
    let scratch = try Scratch()
    let access = try scratch.access()
    try scratch.store.keep(try artefact(scratch), access: access)
    let copy = try scratch.file("klpolicy/store/\(Self.digest)/module.ko", [1, 2, 3])
    let failure = problem { _ = try scratch.store.open(Self.digest) }
    #expect(failure?.kind == .digestMismatch(found: sha256Hex([1, 2, 3])))
    #expect(
      scratch.relative(failure?.description) == """
        the store's copy \(scratch.relative(copy.string) ?? "") was changed or damaged since it was \
        kept; remove it; put the module where the policy says, and it is kept anew
        """)
    try scratch.store.keep(try artefact(scratch), access: access)
    _ = try scratch.store.open(Self.digest)
    #expect(try scratch.tree().filter { $0.contains(".new") } == [])
  }

  @Test("what a killed run left is removed, whole or half, by the next one that keeps something")
  func remains() throws {
    let scratch = try Scratch()
    let access = try scratch.access()
    try scratch.store.keep(try artefact(scratch), access: access)
    try scratch.directory("klpolicy/store/.new-\(Self.digest)")
    try scratch.file("klpolicy/store/.new-\(Self.digest)/module.ko", [1])
    try scratch.directory("klpolicy/store/.new-half")
    var other = ModuleBuilder()
    other.name = "other"
    // A directory without a file is what is left when the power goes at the wrong moment.
    let bytes = other.build()
    try scratch.directory("klpolicy/store/\(sha256Hex(bytes))")
    #expect(scratch.store.contains(sha256Hex(bytes)) == .known(false))
    try scratch.store.keep(try artefact(scratch, bytes), access: access)
    #expect(
      try scratch.tree().filter { $0.hasPrefix("klpolicy/store/") }
        == [Self.digest, sha256Hex(bytes)].sorted().flatMap {
          ["klpolicy/store/\($0)", "klpolicy/store/\($0)/module.ko"]
        })
  }

  @Test("a full disk is told, and nothing is left of the attempt", .enabled(if: getuid() == 0))
  func fullDisk() throws {
    let scratch = try Scratch()
    guard try scratch.makeDiskSmall() else { return }
    var large = ModuleBuilder()
    large.elf.add(.init(name: ".data.large", bytes: [UInt8](repeating: 1, count: 1 << 20)))
    let artefact = try artefact(scratch, large.build())
    let access = try scratch.access()
    let failure = problem { try scratch.store.keep(artefact, access: access) }
    guard case .notKept(let error) = failure?.kind else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(error.errno == .noSpace)
    #expect(
      scratch.relative(failure?.message) == """
        no copy of the build could be kept in $/klpolicy/store: write \
        $/klpolicy/store/.new-\(artefact.sha256)/\(FilePath(error.path).lastComponent?.string ?? ""): \
        No space left on device
        """)
    #expect(
      scratch.relative(failure?.advice) == "make room on the file system of $/klpolicy/store")
    #expect(try scratch.tree() == ["klpolicy", "klpolicy/store", "lock", "m.ko"])
  }

  @Test(
    "what is no digest is never part of a path",
    arguments: ["", "../../etc", String(repeating: "A", count: 64), digest + "0"])
  func noDigest(_ text: String) throws {
    let scratch = try Scratch()
    #expect(scratch.store.contains(text) == .known(false))
    let failure = problem { _ = try scratch.store.open(text) }
    #expect(failure?.kind == .missing)
    #expect(failure?.message == "\(text) is no SHA-256 digest")
  }

  @Test("a store that cannot be looked into is neither full nor empty", .enabled(if: getuid() != 0))
  func unprivileged() throws {
    let scratch = try Scratch()
    try scratch.store.keep(try artefact(scratch), access: try scratch.access())
    let closed = unsafe chmod(scratch.store.root.string, 0) == 0
    try #require(closed)
    defer { _ = unsafe chmod(scratch.store.root.string, 0o700) }
    #expect(scratch.store.contains(Self.digest) == .unknown)
    let failure = problem { _ = try scratch.store.open(Self.digest) }
    #expect(failure?.kind == .unreadable)
  }

  enum Policy: CaseIterable { case right, wrong, absent }
  enum Copy: CaseIterable { case right, damaged, absent }

  @Test(
    "the file of the policy counts; the store stands in for an absent one only",
    arguments: Policy.allCases, Copy.allCases)
  func location(_ policy: Policy, _ copy: Copy) throws {
    let scratch = try Scratch()
    if copy != .absent {
      try scratch.store.keep(try artefact(scratch), access: try scratch.access())
    }
    if copy == .damaged {
      try scratch.file("klpolicy/store/\(Self.digest)/module.ko", [1, 2, 3])
    }
    let file = scratch.path.appending("policy.ko")
    switch policy {
    case .right: try scratch.file("policy.ko", Self.module)
    case .wrong: try scratch.file("policy.ko", [4])
    case .absent: break
    }
    var found: String?
    let failure = problem {
      let artefact = try locate(
        file, sha256: Self.digest, store: scratch.store, trust: .unchecked)
      found = artefact.sha256
    }
    switch (policy, copy) {
    case (.right, _), (.absent, .right): #expect(found == Self.digest)
    case (.wrong, _): #expect(failure?.kind == .digestMismatch(found: sha256Hex([4])))
    case (.absent, .absent):
      #expect(failure?.kind == .missing)
      #expect(
        scratch.relative(failure?.description) == """
          $/policy.ko does not exist, and the store has no copy of the build \(Self.digest); \
          put the module there, or correct the path in the policy
          """)
    case (.absent, .damaged):
      #expect(failure?.kind == .missing)
      #expect(
        scratch.relative(failure?.message) == """
          $/policy.ko does not exist, and the store's copy \
          $/klpolicy/store/\(Self.digest)/module.ko was changed or damaged since it was kept
          """)
    }
  }
}
