import ChildProcess
import Glibc
import SystemPackage
import Testing

/// What cannot be run says why.
struct FailureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var command: Command
    var kind: CommandFailure.Kind
    var says: String
  }

  static func command(
    _ program: FilePath = "/bin/true", _ arguments: [String] = [],
    environment: [String: String] = [:], directory: FilePath = "/"
  ) -> Command {
    Command(
      program, arguments, environment: environment, workingDirectory: directory,
      timeLimit: .seconds(60))
  }

  static let cases: [Case] = [
    Case(
      testDescription: "an unknown program", command: command("/nowhere/program"),
      kind: .notFound, says: "there is no program /nowhere/program"),
    Case(
      testDescription: "a name without a path", command: command("true"), kind: .invalid,
      says: "true is no absolute path of a program"),
    Case(
      testDescription: "no path at all", command: command(""), kind: .invalid,
      says: " is no absolute path of a program"),
    Case(
      testDescription: "a directory", command: command("/usr/bin"), kind: .notExecutable,
      says: "/usr/bin is no executable file"),
    Case(
      testDescription: "a file that is no program", command: command("/etc/passwd"),
      kind: .notExecutable, says: "/etc/passwd is no executable file"),
    Case(
      testDescription: "a working directory that is not there",
      command: command(directory: "/nowhere"), kind: .badWorkingDirectory,
      says: "/bin/true cannot be run in /nowhere: No such file or directory"),
    Case(
      testDescription: "a zero byte in an argument", command: command("/bin/true", ["a\0b"]),
      kind: .invalid, says: "an argument or variable of /bin/true has a zero byte"),
    Case(
      testDescription: "a zero byte in a variable",
      command: command(environment: ["A": "\0"]), kind: .invalid,
      says: "an argument or variable of /bin/true has a zero byte"),
    Case(
      testDescription: "a variable that is no name", command: command(environment: ["A=B": "1"]),
      kind: .invalid, says: "\"A=B\" is no name of a variable for /bin/true"),
    Case(
      testDescription: "an argument that the kernel does not take",
      command: command("/bin/true", [String(repeating: "x", count: 1 << 20)]), kind: .failed,
      says: "/bin/true could not be run: Argument list too long"),
  ]

  @Test("the failure names the program and the cause", arguments: cases)
  func failures(_ example: Case) async throws {
    let failure = await #expect(throws: CommandFailure.self) { try await example.command.run() }
    #expect(failure?.kind == example.kind)
    #expect(failure?.description == example.says)
    #expect(failure?.program == example.command.program.string)
  }

  @Test("a script whose interpreter is missing is not called missing itself")
  func interpreter() async throws {
    var template = Array("/tmp/klpolicy-test-XXXXXX".utf8CString)
    let file = FileDescriptor(rawValue: unsafe mkstemp(&template))
    let path = FilePath(platformString: template)
    defer { unsafe unlink(path.string) }
    try file.writeAll("#!/nowhere/sh\n".utf8)
    _ = fchmod(file.rawValue, 0o755)
    try file.close()
    let failure = await #expect(throws: CommandFailure.self) {
      try await Self.command(path).run()
    }
    #expect(failure?.kind == .interpreterMissing)
    #expect(
      failure?.description
        == "\(path) cannot be run: the interpreter that it names is missing or not executable")
  }
}
