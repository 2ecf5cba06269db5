import Artefacts
import Documents
import Files
import Glibc
import Journal
import SystemPackage
import Testing

/// What a user may rely on about taking copies out of the store.
struct CollectTests {
  private static let digest = ArtefactTests.digest

  private func filled() throws -> Scratch {
    let scratch = try Scratch()
    let path = try scratch.file("m.ko", ArtefactTests.module)
    try scratch.store.keep(
      try Artefact(reading: path, sha256: nil, trust: .unchecked), access: try scratch.access())
    return scratch
  }

  /// Makes a file or directory as old as that.
  private func date(_ path: FilePath, _ seconds: Int) {
    var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    #expect(unsafe utimensat(AT_FDCWD, path.string, &times, 0) == 0)
  }

  @Test("The copies are told, with the moment at which each was put there")
  func told() throws {
    let scratch = try filled()
    date(scratch.store.root.appending(Self.digest), 1_700_000_000)
    let copies = scratch.store.copies
    #expect(copies.map(\.sha256) == [Self.digest])
    #expect(copies.first?.keptAt == Timestamp(secondsSinceEpoch: 1_700_000_000))
  }

  @Test("What else lies in the store is no copy: remains, downloads, other people's files")
  func others() throws {
    let scratch = try filled()
    let store = scratch.store.root
    for name in [".new-\(Self.digest)", "notes", String(repeating: "g", count: 64)] {
      #expect(unsafe mkdir(store.appending(name).string, 0o700) == 0)
    }
    #expect(scratch.store.copies.map(\.sha256) == [Self.digest])
  }

  @Test("A copy that is taken out leaves nothing behind")
  func remove() throws {
    let scratch = try filled()
    try scratch.store.remove(Self.digest, access: try scratch.access())
    #expect(scratch.store.contains(Self.digest) == .known(false))
    #expect(try scratch.tree() == ["klpolicy", "klpolicy/store", "lock", "m.ko"])
  }

  @Test("A name that is no digest leads nowhere")
  func escape() throws {
    let scratch = try filled()
    try scratch.store.remove("../store", access: try scratch.access())
    #expect(scratch.store.copies.count == 1)
  }

  @Test("A removal that was cut off is finished by the next one, and the copy does not count")
  func cutOff() throws {
    let scratch = try filled()
    let store = scratch.store.root
    let condemned = store.appending(".new-\(Self.digest)").string
    #expect(unsafe rename(store.appending(Self.digest).string, condemned) == 0)
    #expect(scratch.store.contains(Self.digest) == .known(false))
    let path = try scratch.file("m.ko", ArtefactTests.module)
    try scratch.store.keep(
      try Artefact(reading: path, sha256: nil, trust: .unchecked), access: try scratch.access())
    #expect(scratch.store.copies.map(\.sha256) == [Self.digest])
    #expect(!FilePath(condemned).exists)
  }

  @Test("A download that was given up goes, one that is fresh stays to be gone on with")
  func downloads() throws {
    let scratch = try filled()
    let store = scratch.store.root
    let old = store.appending(".part-\(String(repeating: "a", count: 64))")
    let fresh = store.appending(".part-\(String(repeating: "b", count: 64))")
    for path in [old, fresh] {
      try FileDescriptor.open(
        path, .writeOnly, options: .create, permissions: .ownerReadWrite
      ).close()
    }
    date(old, 1_700_000_000)
    try scratch.store.removeDownloads(
      before: Timestamp(secondsSinceEpoch: 1_700_000_001), access: try scratch.access())
    #expect(!old.exists)
    #expect(fresh.exists)
    #expect(scratch.store.contains(Self.digest) == .known(true))
  }
}

extension FilePath {
  fileprivate var exists: Bool { (try? stat(followTargetSymlink: false)) != nil }
}
