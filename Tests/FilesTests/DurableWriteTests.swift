import Files
import Glibc
import SystemPackage
import Testing

struct DurableWriteTests {
  @Test("a file is made, or replaced, with the permissions asked for", arguments: [false, true])
  func write(_ existing: Bool) throws {
    let scratch = try Scratch()
    let path = scratch.path.appending("f")
    if existing { try scratch.file("f", "a longer old content", mode: 0o600) }
    try writeDurably(Array("new".utf8), to: path, permissions: [.ownerReadWrite, .groupRead])
    #expect(try readTrusted(path, trust: .unchecked, limit: 100) == Array("new".utf8))
    #expect(try path.stat().permissions == [.ownerReadWrite, .groupRead])
    #expect(try scratch.names == ["f"])
  }

  @Test("what stands in the way is told, and nothing is left behind")
  func failures() throws {
    let scratch = try Scratch()
    try scratch.directory("d")
    try scratch.file("d/inside")
    let overDirectory = #expect(throws: SystemError.self) {
      try writeDurably([1], to: scratch.path.appending("d"))
    }
    #expect(scratch.relative(overDirectory?.description) == "rename $/d: Is a directory")
    let nowhere = #expect(throws: SystemError.self) {
      try writeDurably([1], to: scratch.path.appending("gone/f"))
    }
    #expect(scratch.relative(nowhere?.description) == "open $/gone: No such file or directory")
    let root = #expect(throws: SystemError.self) { try writeDurably([1], to: "/") }
    #expect(root?.errno == .isDirectory)
    #expect(try scratch.names == ["d"])
  }

  @Test("a device, a pipe or a link, as /dev/stdout is one, is never replaced")
  func notAFile() throws {
    let scratch = try Scratch()
    let pipe = scratch.path.appending("p")
    #expect(unsafe mkfifo(pipe.string, 0o600) == 0)
    let file = scratch.path.appending("f")
    try writeDurably(Array("kept".utf8), to: file)
    for (name, target) in [("device", "/dev/null"), ("file", "f"), ("nothing", "gone")] {
      #expect(unsafe symlink(target, scratch.path.appending(name).string) == 0)
    }
    for (name, reason) in [
      ("p", "File exists"), ("device", "Too many levels of symbolic links"),
      ("file", "Too many levels of symbolic links"),
      ("nothing", "Too many levels of symbolic links"),
    ] {
      let failure = #expect(throws: SystemError.self) {
        try writeDurably([1], to: scratch.path.appending(name))
      }
      #expect(scratch.relative(failure?.description) == "rename $/\(name): \(reason)")
    }
    #expect(try pipe.stat().type == .fifo)
    #expect(try readTrusted(file, trust: .unchecked, limit: 100) == Array("kept".utf8))
    #expect(try Set(scratch.names) == ["p", "f", "device", "file", "nothing"])
  }

  @Test("a full disk keeps the old content", .enabled(if: getuid() == 0, "needs root, to mount"))
  func fullDisk() throws {
    let scratch = try Scratch()
    guard let small = try scratch.smallDisk("small") else { return }
    defer { scratch.unmount(small) }
    let path = small.appending("f")
    try writeDurably(Array("old".utf8), to: path)
    let failure = #expect(throws: SystemError.self) {
      try writeDurably([UInt8](repeating: 1, count: 1 << 20), to: path)
    }
    #expect(failure?.errno == .noSpace)
    #expect(try readTrusted(path, trust: .unchecked, limit: 100) == Array("old".utf8))
    #expect(try listTrusted(small, trust: .unchecked).map(\.name) == ["f"])
  }
}
