internal import ChildProcess
internal import Decompression
internal import Digests
package import Documents
internal import Files
package import LivepatchHost
internal import ModuleFile
internal import SystemPackage

extension LivepatchHost {
  /// Looks at the services that the host has, and asks programs only where it is this machine.
  ///
  /// - Parameters:
  ///   - question: what is to be looked at; what a host has no files of costs one look.
  ///   - host: the host's facts, for its kernel and its distribution.
  ///   - programs: those of this machine; nil for those of another root, which are not asked.
  /// - Returns: a service that is not there, or that nobody asked for, is absent.
  @available(*, noasync, message: "it waits for programs")
  package func services(
    _ question: ServiceQuestion, of host: Host, programs: ServicePrograms? = nil
  ) -> ServiceObservation {
    var reader = ServiceReader(
      files: self, programs: programs ?? (isThisMachine ? ServicePrograms() : nil),
      kernel: host.kernel.release, distribution: host.distribution?.value?.id)
    var services = Services()
    if question.kpatch { services.kpatch = reader.kpatch() }
    if question.redHat || question.suse {
      let (redHat, suse) = reader.packages(question)
      services.redHat = redHat
      services.suse = suse
    }
    if question.canonical { services.canonical = reader.canonical() }
    return ServiceObservation(services: services, unobserved: reader.unobserved)
  }
}

/// Reads what services keep, and writes down what was there and could not be used.
struct ServiceReader {
  let files: LivepatchHost
  /// Nil where only files can be read.
  let programs: ServicePrograms?
  /// The release of the running kernel.
  let kernel: String
  /// `ID` of os-release(5).
  let distribution: String?
  private(set) var unobserved: [Unobserved] = []

  init(files: LivepatchHost, programs: ServicePrograms?, kernel: String, distribution: String?) {
    self.files = files
    self.programs = programs
    self.kernel = kernel
    self.distribution = distribution
  }

  mutating func note(_ path: String, _ problem: Unobserved.Problem, _ message: String) {
    let entry = Unobserved(path: path, problem: problem, message: message)
    if !unobserved.contains(entry) { unobserved.append(entry) }
  }

  mutating func note(_ failure: ReadFailure) {
    let entry = failure.unobserved
    if !unobserved.contains(entry) { unobserved.append(entry) }
  }

  /// Whether something is there; what cannot be seen counts as there, and is written down.
  mutating func isThere(_ path: String) -> Bool {
    switch files.exists(path) {
    case .value(let isThere): return isThere
    case .absent: return false
    case .failed(let failure):
      note(failure)
      return true
    }
  }

  /// A text that a service keeps; nil where it is not there.
  mutating func text(_ path: String) -> Fact<String>? {
    switch files.bytes(ofFile: path, limit: 1 << 20) {
    case .absent: return nil
    case .failed(let failure):
      note(failure)
      return .unknown
    case .value(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else {
        note("/" + path, .malformed, "expected text in UTF-8")
        return .unknown
      }
      return .known(text)
    }
  }

  /// A module of a service, by its absolute path.
  mutating func module(_ path: String) -> Services.Module {
    var module = Services.Module(path: path, release: kernelRelease(inPath: path), file: .missing)
    switch files.bytes(ofFile: String(path.drop { $0 == "/" }), limit: largestModule) {
    case .absent: break
    case .failed(let failure):
      module.file = .unreadable
      note(failure)
    case .value(let bytes): identify(&module, bytes)
    }
    return module
  }

  /// Says what a module is by its bytes.
  mutating func identify(_ module: inout Services.Module, _ bytes: [UInt8]) {
    module.sha256 = sha256Hex(bytes)
    module.file = .malformed
    do throws(DecompressionProblem) {
      let content = try moduleBytes(of: bytes).bytes
      do throws(ModuleProblem) {
        let facts = try ModuleFacts(content)
        module.file = .present
        module.module = facts.name
        module.buildID = facts.buildID
      } catch {
        note(module.path, .malformed, "it is no kernel module: \(error)")
      }
    } catch {
      note(module.path, .malformed, "it cannot be decompressed: \(error)")
    }
  }

  func run(
    _ program: FilePath, _ arguments: [String], environment: [String: String] = [:],
    timeLimit: Duration
  ) -> Result<CommandResult, ProgramProblem> {
    runProgram(
      program, arguments, environment: environment, timeLimit: timeLimit,
      trust: programs?.trust ?? .rootOwned)
  }
}

/// Runs a program of this machine within bounds, in an environment of its own.
///
/// - Returns: what came of it, or in words, to go on after the program's name, why nothing did: also where
///   somebody else than those who are trusted could have written it.
func runProgram(
  _ program: FilePath, _ arguments: [String], environment: [String: String] = [:],
  input: [UInt8] = [], timeLimit: Duration, outputLimit: Int = 8 << 20, trust: FileTrust
) -> Result<CommandResult, ProgramProblem> {
  if let problem = problem(of: program, trust) { return .failure(problem) }
  var command = hostCommand(
    program, arguments, input: input, timeLimit: timeLimit, outputLimit: outputLimit)
  command.environment.merge(environment) { _, given in given }
  do throws(CommandFailure) {
    let result = try command.runAndWait()
    switch result.ending {
    case .timedOut, .killed:
      return .failure(ProgramProblem("\(result.ending)", wasKilled: true))
    case .exited where result.standardOutput.isTruncated:
      return .failure(ProgramProblem("wrote more than \(outputLimit >> 20) MiB"))
    case .exited: return .success(result)
    }
  } catch {
    return .failure(ProgramProblem("was not run: \(error)"))
  }
}

/// Why a program is not to be run: whoever can write it, or what leads to it, would decide what root
/// runs. One that is not there, or is no program, is told when it is run.
func problem(of program: FilePath, _ trust: FileTrust) -> ProgramProblem? {
  do throws(FileProblem) {
    _ = try openTrusted(program, trust: trust)
  } catch {
    guard case .untrusted = error.kind else { return nil }
    return ProgramProblem("was not run: \(error)" + (error.advice.map { "; \($0)" } ?? ""))
  }
  return nil
}

/// A program of this machine in an environment of its own.
func hostCommand(
  _ program: FilePath, _ arguments: [String], input: [UInt8] = [], timeLimit: Duration,
  outputLimit: Int = 8 << 20
) -> Command {
  Command(
    program, arguments,
    environment: [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
      // Nobody's macros and configuration.
      "HOME": "/nonexistent",
    ], input: input, timeLimit: timeLimit, outputLimit: outputLimit)
}

/// Why a program gave no answer, to go on after its name.
struct ProgramProblem: Error, CustomStringConvertible {
  let description: String
  /// Whether it was begun and killed, so that nobody knows how far it came.
  let wasKilled: Bool

  init(_ description: String, wasKilled: Bool = false) {
    self.description = description
    self.wasKilled = wasKilled
  }
}

/// The kernel release in whose directory a module lies: of kpatch, or of the kernel's modules.
func kernelRelease(inPath path: String) -> String? {
  let parts = path.split(separator: "/")
  let folders = [
    ["var", "lib", "kpatch"], ["usr", "lib", "kpatch"], ["lib", "modules"],
    ["usr", "lib", "modules"],
  ]
  for folder in folders where parts.count > folder.count + 1 {
    if parts.prefix(folder.count).elementsEqual(folder, by: { $0 == $1 }) {
      return String(parts[folder.count])
    }
  }
  return nil
}

/// Whether a file has the name of a kernel module, compressed or not.
func isModuleName(_ name: some StringProtocol) -> Bool {
  [".ko", ".ko.xz", ".ko.gz", ".ko.zst"].contains { name.hasSuffix($0) }
}
