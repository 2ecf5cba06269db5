import Documents
import Rendering
import Testing

@Suite struct InspectionTextTests {
  private static let module = InspectedModule(
    file: .init(path: "a.ko", sha256: "00", size: 80, compression: .xz), module: "a",
    buildID: .unknown, architecture: "x86_64",
    kernel: .init(release: .unknown, flags: [], vermagic: .unknown),
    information: .init(
      name: nil, version: nil, description: nil, license: nil, sourceVersion: nil, depends: [],
      isInTree: false, isRetpoline: false),
    signature: .init(state: .none, problem: nil, signers: []), livepatch: nil,
    symbols: .init(needed: .unknown, livepatch: [], versions: nil))

  private func shown(_ change: (inout InspectedModule) -> Void = { _ in }) -> String {
    var module = Self.module
    change(&module)
    return text(of: Inspection(modules: [module], problems: []), Style(isColoured: false))
  }

  @Test("What a module does not say is called unknown or none, never left out")
  func bare() {
    #expect(
      shown() == """
        a: a kernel module, and no live patch (a.ko)
          for kernel  unknown: it has no vermagic, x86_64
          build ID    none: once loaded, it could not be told from other builds
          SHA-256     00
          size        80 bytes, compressed with xz
          signature   none
          needs       unknown: it has no symbol table, no symbol versions

        """)
  }

  @Test("A description of several lines is shown in one")
  func linesOfDescription() {
    let text = shown { $0.information.description = "Copyright 2004\nblock I/O \u{1b}[2J" }
    #expect(text.contains("about       Copyright 2004 block I/O \\u{1b}[2J\n"), "\(text)")
  }

  @Test("Of a live patch that cannot be understood, everything unknown is called so")
  func unknown() {
    let text = shown {
      $0.livepatch = .init(
        maker: .unknown, replace: .unknown, callbacks: .unknown, states: .unknown,
        functions: .unknown, relocations: [])
      $0.signature = .init(state: .malformed, problem: "it claims 9 bytes", signers: [])
    }
    for words in [
      "a: a live patch", "made        unknown: ", "replaces    unknown: ", "callbacks   unknown",
      "what it patches cannot be told from the file",
      "signature   damaged, no kernel takes it: it claims 9 bytes",
    ] {
      #expect(text.contains(words), "\(text)")
    }
  }

  @Test(
    "Positions are told as people count",
    arguments: [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd")])
  func positions(_ sympos: Int, _ says: String) {
    let text = shown {
      $0.livepatch = .init(
        maker: .known(.source), replace: .known(true), callbacks: .known(false),
        states: .known([]),
        functions: .known([.init(object: "vmlinux", name: "f", sympos: sympos)]), relocations: [])
    }
    #expect(
      text.contains("  patches 1 function\n    vmlinux  f  the \(says) of that name\n"), "\(text)")
    #expect(text.contains("replaces    every other live patch"))
  }
}
