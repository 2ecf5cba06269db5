import Files
import Glibc
import SystemPackage
import Testing

/// What root reads and what it refuses, and what it says then.
@Suite(.enabled(if: getuid() == 0, "needs root, to give files away"))
struct TrustTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var make: @Sendable (Scratch) throws -> Void
    var read = "f"
    /// Nil: it is read.
    var says: String?
    var advises: String?
  }

  static let cases: [Case] = [
    Case(testDescription: "root's own file", make: { try $0.file("f") }),
    Case(
      testDescription: "a file of another user", make: { try $0.file("f", owner: 1000) },
      says: """
        $/f is not trusted: file $/f is owned by uid 1000 (mode 0644), \
        and none but root may be able to write it
        """,
      advises: "chown root: $/f"),
    Case(
      testDescription: "a file that its group may write", make: { try $0.file("f", mode: 0o664) },
      says: """
        $/f is not trusted: file $/f is owned by uid 0 (mode 0664), \
        and none but root may be able to write it
        """,
      advises: "chmod go-w $/f"),
    Case(
      testDescription: "a file that all may write, of another user",
      make: { try $0.file("f", mode: 0o666, owner: 7) },
      says: """
        $/f is not trusted: file $/f is owned by uid 7 (mode 0666), \
        and none but root may be able to write it
        """,
      advises: "chown root: $/f; chmod go-w $/f"),
    Case(
      testDescription: "a directory of another user",
      make: {
        try $0.directory("d")
        try $0.file("d/f")
        try $0.give("d", to: 1000)
      },
      read: "d/f",
      says: """
        $/d/f is not trusted: directory $/d is owned by uid 1000 (mode 0755), \
        and none but root may be able to write it; keep such files where that is so, as in \
        /etc/klpolicy
        """,
      advises: "chown root: $/d"),
    Case(
      testDescription: "a directory that all may write, with a name that a shell would split",
      make: {
        try $0.directory("it's mine", mode: 0o777)
        try $0.file("it's mine/f")
      },
      read: "it's mine/f",
      says: """
        $/it's mine/f is not trusted: directory $/it's mine is owned by uid 0 (mode 0777), \
        and none but root may be able to write it
        """,
      advises: #"chmod go-w '$/it'\''s mine'"#),
    Case(
      testDescription: "a sticky directory of root's",
      make: {
        try $0.directory("d", mode: 0o1777)
        try $0.file("d/f")
      },
      read: "d/f"),
    Case(
      testDescription: "a sticky directory of another user",
      make: {
        try $0.directory("d", mode: 0o1777, owner: 1000)
        try $0.file("d/f")
      },
      read: "d/f",
      says: """
        $/d/f is not trusted: directory $/d is owned by uid 1000 (mode 1777), \
        and none but root may be able to write it; keep such files where that is so, as in \
        /etc/klpolicy
        """,
      advises: "chown root: $/d; chmod go-w $/d"),
    Case(
      testDescription: "a link of root's to a file of root's",
      make: {
        try $0.directory("d")
        try $0.file("d/real")
        try $0.link("f", to: "d/../d/./real")
      }),
    Case(
      testDescription: "a link of another user's",
      make: {
        try $0.file("real")
        try $0.link("f", to: "real", owner: 1000)
      },
      says: """
        $/f is not trusted: link $/f is owned by uid 1000, \
        and none but root may be able to write it
        """,
      advises: "chown -h root: $/f"),
    Case(
      testDescription: "a link into a directory of another user",
      make: {
        try $0.directory("theirs", owner: 1000)
        try $0.file("theirs/real")
        try $0.link("f", to: $0.path.appending("theirs/real").string)
      },
      says: """
        $/f is not trusted: directory $/theirs is owned by uid 1000 (mode 0755), \
        and none but root may be able to write it; keep such files where that is so, as in \
        /etc/klpolicy
        """,
      advises: "chown root: $/theirs"),
    Case(
      testDescription: "a link that leaves a directory of another user again",
      make: {
        try $0.directory("theirs", owner: 1000)
        try $0.file("real")
        try $0.link("f", to: "theirs/../real")
      },
      says: """
        $/f is not trusted: directory $/theirs is owned by uid 1000 (mode 0755), \
        and none but root may be able to write it; keep such files where that is so, as in \
        /etc/klpolicy
        """,
      advises: "chown root: $/theirs"),
    Case(
      testDescription: "a linked directory",
      make: {
        try $0.directory("d")
        try $0.file("d/f")
        try $0.link("l", to: "d")
      },
      read: "l/f"),
  ]

  @Test("root reads only what nobody else can write", arguments: cases)
  func trust(_ example: Case) throws {
    let scratch = try Scratch()
    try example.make(scratch)
    let path = scratch.path.appending(example.read)
    let problem = problem {
      let text = try readTrusted(path, trust: .rootOwned, limit: 100)
      #expect(text == Array("content".utf8))
    }
    #expect(scratch.relative(problem?.description) == example.says)
    #expect(scratch.relative(problem?.advice) == example.advises)
    // Whoever does not run as root is not asked whose the files are.
    #expect(try readTrusted(path, trust: .unchecked, limit: 100) == Array("content".utf8))
  }

  @Test("the advice mends it")
  func advice() throws {
    let scratch = try Scratch()
    try scratch.directory("it's mine", mode: 0o777, owner: 1000)
    let file = try scratch.file("it's mine/f", mode: 0o666, owner: 7)
    var advised = 0
    while let advice = problem({ _ = try openTrusted(file, trust: .rootOwned) })?.advice {
      advised += 1
      try #require(advised < 5)
      let done = unsafe system(advice)
      try #require(done == 0)
    }
    #expect(advised == 2)
  }

  @Test(
    "a directory is trusted as its files are",
    arguments: [(0o755, nil), (0o775, "chmod go-w $")])
  func list(_ mode: Int, _ advice: String?) throws {
    let scratch = try Scratch()
    try scratch.set(mode: mode_t(mode))
    try scratch.file("f")
    let problem = problem {
      let names = try listTrusted(scratch.path, trust: .rootOwned).map(\.name)
      #expect(names == ["f"])
    }
    #expect(scratch.relative(problem?.advice) == advice)
  }

  @Test("a relative path is checked from the root down")
  func relative() throws {
    // The directory of the tests is nobody's business here, so only agreement is asked for.
    var buffer = [CChar](repeating: 0, count: 4096)
    let found = unsafe getcwd(&buffer, buffer.count) != nil
    try #require(found)
    let here = FilePath(platformString: buffer)
    let relative = Result { try listTrusted(".", trust: .rootOwned) }
    let absolute = Result { try listTrusted(here, trust: .rootOwned) }
    let (one, other) = (try? relative.get(), try? absolute.get())
    #expect(one == other)
  }
}
