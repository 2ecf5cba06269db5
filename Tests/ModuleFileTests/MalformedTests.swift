import ModuleFile
import ModuleFixtures
import Testing

/// Files that are no modules: what they are called, and that nothing makes the reader crash.
struct MalformedTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var file: [UInt8]
    var says: String
    var advises: String

    init(
      _ name: String, _ file: [UInt8], _ says: String,
      _ advises: String = "give the .ko file that was built for the kernel"
    ) {
      testDescription = name
      self.file = file
      self.says = says
      self.advises = advises
    }
  }

  static func module(_ change: (inout ModuleBuilder) -> Void) -> [UInt8] {
    var module = ModuleBuilder()
    change(&module)
    return module.build()
  }

  /// A sound module with bytes replaced.
  static func patched(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
    var file = ModuleBuilder().build()
    file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    return file
  }

  static let notModules: [Case] = [
    Case("an empty file", [], "it is empty"),
    Case("text", Array("#!/bin/sh\n".utf8), "it is no ELF file"),
    Case(
      "a pointer of Git LFS", Array("version https://git-lfs.example/spec/v1\noid".utf8),
      "it is a Git LFS pointer to a file that was not fetched",
      "run git lfs pull where the file was checked out"),
    Case(
      "a web page", Array("\n <!DOCTYPE HTML><title>404".utf8), "it is a web page",
      "look at the address it was downloaded from: that was not the file"),
    Case(
      "xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1],
      "it is compressed (xz)",
      "decompress it with unxz, and give the digest of the result"),
    Case(
      "gzip", [0x1f, 0x8b, 8], "it is compressed (gzip)",
      "decompress it with gunzip, and give the digest of the result"),
    Case(
      "zstd", [0x28, 0xb5, 0x2f, 0xfd, 4], "it is compressed (zstd)",
      "decompress it with unzstd, and give the digest of the result"),
    Case("32 bit", patched(4, [1]), "it is ELF for a 32 bit machine"),
    Case("an executable", patched(16, [2]), "it is an executable"),
    Case("a library", patched(16, [3]), "it is a shared library or an executable"),
    Case("a core", patched(16, [4]), "it is a core dump"),
    Case("another type", patched(16, [9]), "it is ELF of type 9, not relocatable"),
    Case(
      "an object file", ELFBuilder().build(),
      "it is an object file without .gnu.linkonce.this_module, not linked as a module",
      "give the .ko that the kernel's build makes, not one of its .o"),
  ]

  static var smallStruct: [UInt8] {
    var elf = ELFBuilder()
    elf.add(.init(name: ".gnu.linkonce.this_module", bytes: [1, 2]))
    return elf.build()
  }

  static let damaged: [Case] = [
    Case("the magic alone", [0x7f, 0x45, 0x4c, 0x46], "its 4 bytes are no whole ELF header"),
    Case(
      "half a header", Array(ModuleBuilder().build().prefix(40)),
      "its 40 bytes are no whole ELF header"),
    Case("a class of its own", patched(4, [7]), "its ELF class is 7"),
    Case("a byte order of its own", patched(5, [0]), "its byte order is 0"),
    Case("no sections", patched(60, [0, 0]), "it has no sections"),
    Case(
      "other section headers", patched(58, [40, 0]),
      "its section headers have 40 bytes instead of 64"),
    Case(
      "headers beyond the end", patched(40, [UInt8](repeating: 0xff, count: 8)),
      "its section headers lie beyond its end, at byte 18446744073709551615"),
    Case(
      "cut off", Array(ModuleBuilder().build().dropLast(1)),
      "its section headers lie beyond its end, at byte 1552"),
    Case("no names", patched(62, [200, 0]), "section 200 should hold the sections' names"),
    Case(
      "names of another kind", patched(62, [1, 0]),
      "section 1 should hold the sections' names"),
    Case(
      "a small struct module", smallStruct,
      ".gnu.linkonce.this_module has only 2 bytes"),
    Case(
      "two struct modules",
      module { $0.elf.add(.init(name: ".gnu.linkonce.this_module", flags: 3)) },
      "it has .gnu.linkonce.this_module twice"),
    Case(
      "no name", module { $0.name = "" }, "the name in .gnu.linkonce.this_module is no name"),
    Case(
      "a name that leads elsewhere", module { $0.name = "../../etc" },
      "the name in .gnu.linkonce.this_module is no name"),
    Case(
      "a name with a terminal's orders in it", module { $0.name = "a\u{1b}[2J" },
      "the name in .gnu.linkonce.this_module is no name"),
    Case(
      "a name of 56 characters", module { $0.name = String(repeating: "n", count: 56) },
      "the name in .gnu.linkonce.this_module is no name"),
  ]

  @Test("what is no module is called what it is", arguments: notModules)
  func notModule(_ example: Case) {
    let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(example.file) }
    #expect(problem?.description == example.says)
    #expect(problem?.advice == example.advises)
  }

  @Test("damage is told with its place", arguments: damaged)
  func damage(_ example: Case) {
    let problem = #expect(throws: ModuleProblem.self) { try ModuleFacts(example.file) }
    #expect(problem == .malformed(example.says))
    #expect(problem?.advice == "copy it again from where it was built")
  }
}
