import Files
import Glibc
import SystemPackage
import Testing

/// Files that cannot be read, or not as a whole.
struct ReadTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var make: @Sendable (Scratch) throws -> Void = { _ in }
    var read = "f"
    var kind: FileProblem.Kind
    var says: String
    var saysUnchecked: String?
  }

  static let cases: [Case] = [
    Case(testDescription: "nothing there", kind: .absent, says: "$/f does not exist"),
    Case(
      testDescription: "a directory is missing", read: "d/e/f", kind: .absent,
      says: "$/d/e/f does not exist: there is no $/d", saysUnchecked: "$/d/e/f does not exist"),
    Case(
      testDescription: "a link to nothing", make: { try $0.link("f", to: "gone") }, kind: .absent,
      says: "$/f does not exist: there is no $/gone", saysUnchecked: "$/f does not exist"),
    Case(
      testDescription: "a file used as a directory", make: { try $0.file("d") }, read: "d/f",
      kind: .unreadable(.notDirectory), says: "$/d/f cannot be read: $/d: Not a directory",
      saysUnchecked: "$/d/f cannot be read: Not a directory"),
    Case(
      testDescription: "a directory", make: { try $0.directory("f") }, kind: .notRegular,
      says: "$/f is no regular file"),
    Case(
      testDescription: "a named pipe that nobody writes",
      make: { try $0.pipe("f") }, kind: .notRegular,
      says: "$/f is no regular file"),
    Case(
      testDescription: "a device", make: { try $0.link("f", to: "/dev/zero") }, kind: .notRegular,
      says: "$/f is no regular file"),
    Case(
      testDescription: "a link to itself", make: { try $0.link("f", to: "f") },
      kind: .unreadable(.tooManySymbolicLinkLevels),
      says: "$/f cannot be read: Too many levels of symbolic links"),
    Case(
      testDescription: "a name longer than any", read: String(repeating: "n", count: 300),
      kind: .unreadable(.fileNameTooLong),
      says: "$/\(String(repeating: "n", count: 300)) cannot be read: File name too long"),
    Case(
      testDescription: "one byte too many",
      make: { try $0.file("f", String(repeating: "x", count: 1025)) },
      kind: .tooLarge(limit: 1024), says: "$/f is larger than 1 KiB"),
  ]

  @Test("what is no readable file is told apart", arguments: cases)
  func problems(_ example: Case) throws {
    let scratch = try Scratch()
    try example.make(scratch)
    let path = scratch.path.appending(example.read)
    for trust in [FileTrust.unchecked, .rootOwned] where trust == .unchecked || getuid() == 0 {
      let problem = problem { _ = try readTrusted(path, trust: trust, limit: 1024) }
      #expect(problem?.kind == example.kind, "\(trust)")
      // Only the walk knows which of the directories is at fault.
      let says = trust == .rootOwned ? example.says : example.saysUnchecked ?? example.says
      #expect(scratch.relative(problem?.description) == says, "\(trust)")
    }
  }

  @Test("a file without permission says so", .enabled(if: getuid() != 0, "root may read all"))
  func forbidden() throws {
    let scratch = try Scratch()
    let file = try scratch.file("f", mode: 0)
    let problem = problem { _ = try readTrusted(file, trust: .unchecked, limit: 9) }
    #expect(problem?.kind == .unreadable(.permissionDenied))
  }

  @Test(
    "what is there is read whole",
    arguments: [0, 1, 511, 512, 4096, 262_143, 262_144, 262_145, 1_000_000])
  func whole(_ size: Int) throws {
    let scratch = try Scratch()
    let file = try scratch.file("f", String(repeating: "x", count: size))
    let trust: FileTrust = getuid() == 0 ? .rootOwned : .unchecked
    #expect(try readTrusted(file, trust: trust, limit: size).count == size)
  }

  @Test("files of proc, which have no size, are read too")
  func proc() throws {
    #expect(try !readTrusted("/proc/self/status", trust: .unchecked, limit: 65536).isEmpty)
    let problem = #expect(throws: FileProblem.self) {
      try readTrusted("/proc/self/status", trust: .unchecked, limit: 10)
    }
    #expect(problem?.kind == .tooLarge(limit: 10))
  }

  @Test("an empty path is no file", arguments: [FileTrust.unchecked, .rootOwned])
  func empty(_ trust: FileTrust) throws {
    let problem = #expect(throws: FileProblem.self) { try readTrusted("", trust: trust, limit: 10) }
    #expect(problem?.kind == .absent)
  }

  @Test(
    "a file that changes between opening and reading is not believed",
    arguments: ["grows", "shrinks", "is rewritten", "vanishes", "is replaced"])
  func changes(_ how: String) throws {
    let scratch = try Scratch()
    let path = try scratch.file("f", "before")
    // The kernel's clock for files ticks every few milliseconds.
    usleep(30_000)
    let file = try openTrusted(path, trust: .unchecked)
    switch how {
    case "grows": try scratch.file("f", "before and after")
    case "shrinks": try scratch.file("f", "")
    case "is rewritten": try scratch.file("f", "afterw")
    case "vanishes": try scratch.remove("f")
    default:
      try scratch.file("g", "before")
      try scratch.rename("g", to: "f")
    }
    let failure = problem { _ = try file.read(limit: 100) }
    #expect(failure?.kind == .changed)
    #expect(scratch.relative(failure?.description) == "$/f changed while it was read")
    #expect(failure?.advice != nil)
  }
}
