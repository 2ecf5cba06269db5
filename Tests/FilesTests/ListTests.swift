import Files
import Glibc
import SystemPackage
import Testing

struct ListTests {
  @Test("entries come by the bytes of their names, each with its kind")
  func list() throws {
    let scratch = try Scratch()
    try scratch.file("b.yaml")
    try scratch.file("B.yaml")
    try scratch.file(".hidden")
    try scratch.file("ä")
    try scratch.directory("d")
    try scratch.link("to-file", to: "b.yaml")
    try scratch.link("to-nothing", to: "gone")
    try scratch.link("to-self", to: ".")
    try scratch.pipe("pipe")

    let found = try listTrusted(scratch.path, trust: .unchecked)
    #expect(
      found.map { "\($0.name) \($0.kind)\($0.isLink ? " link" : "")" } == [
        ".hidden file", "B.yaml file", "b.yaml file", "d directory", "pipe other",
        "to-file file link", "to-nothing file link", "to-self other link", "ä file",
      ])
  }

  @Test("a name that is no UTF-8 can still be opened")
  func bytes() throws {
    let scratch = try Scratch()
    let name: [CChar] = [0x66, -1, 0]
    let path = scratch.path.pushing(FilePath(platformString: name))
    try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
      .close()
    let found = try listTrusted(scratch.path, trust: .unchecked)
    let entry = try #require(found.first)
    let again = scratch.path.appending(entry.name)
    #expect(try readTrusted(again, trust: .unchecked, limit: 10).isEmpty)
    _ = unsafe path.withPlatformString { unsafe unlink($0) }
  }

  @Test(
    "what is no directory is told apart",
    arguments: [("f", FileProblem.Kind.unreadable(.notDirectory)), ("gone", .absent)])
  func problems(_ name: String, _ kind: FileProblem.Kind) throws {
    let scratch = try Scratch()
    try scratch.file("f")
    let problem = problem {
      _ = try listTrusted(scratch.path.appending(name), trust: .unchecked)
    }
    #expect(problem?.kind == kind)
  }
}
