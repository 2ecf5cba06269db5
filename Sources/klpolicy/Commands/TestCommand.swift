internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import PolicyModel
internal import PolicyTesting
internal import Rendering

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs PolicyTests: are the plans the ones that are expected?",
    discussion: """
      The policies under test are those of the same paths. Nothing is observed, and no module is \
      read: each counts as what its policy declares. Exits 1 when a case fails, and when there is \
      none to run.
      """)

  enum Format: String, OutputFormat {
    case human, json, junit
  }

  @OptionGroup var policies: PolicyArguments
  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "Run the cases only whose DOCUMENT/CASE has a match of this regular expression.",
      valueName: "regex"))
  var pattern: String?
  @Flag(name: .shortAndLong, help: "List the cases that passed too.")
  var verbose = false
  @OptionGroup var output: Output<Format>

  func validate() throws {
    guard let pattern else { return }
    do {
      _ = try Regex(pattern)
    } catch {
      throw ValidationError("--run \(pattern.quoted) is no regular expression: \(error)")
    }
  }

  func run() throws {
    let policies: PolicyArguments
    do throws(Diagnostic) {
      policies = try self.policies.orInForce(ownLayout)
    } catch {
      throw try end(.invalidInput, [error])
    }
    let (set, diagnostics) = PolicySet.load(
      policies.filePaths, trust: ownTrust, at: currentTime(), purpose: .use)
    guard let set else { throw try end(.invalidInput, diagnostics) }
    writeError(text(of: diagnostics, output.errorStyle))
    let cases = try select(from: set.testCases)
    let (report, problems) = PolicyTesting.run(
      cases, of: set, trust: ownTrust, toolVersion: toolVersion)
    guard let report else { throw try end(.invalidInput, problems) }
    writeError(text(of: problems, output.errorStyle))
    switch output.output ?? .human {
    case .human: try output.write { text(of: report, listsAll: verbose, $0) }
    case .json: try output.write(json: report)
    case .junit: try output.write(Array(JUnit(report).xml().utf8))
    }
    if report.failedCount > 0 { throw ExitCode(ExitStatus.error.rawValue) }
  }

  /// Ends without a test. Pipelines collect the document whatever happened, so that it says so.
  private func end(_ status: ExitStatus, _ diagnostics: [Diagnostic]) throws -> any Error {
    let report = TestReport(
      toolVersion: toolVersion, cases: [], notRun: 0, duration: .zero,
      diagnostics: diagnostics.map(Validation.Finding.init))
    switch output.output ?? .human {
    case .human: break
    case .json: try output.write(json: report)
    case .junit: try output.write(Array(JUnit(report).xml().utf8))
    }
    return Failure(status, diagnostics, output.errorStyle)
  }

  /// Those that `--run` names; a run of none is an error, as it proves nothing.
  private func select(from all: [TestCase]) throws -> [TestCase] {
    if all.isEmpty {
      throw try end(
        .error,
        [
          Diagnostic(
            .noTest, "no test was run: there is no PolicyTest among the documents",
            advice: "give the path of the tests too; klpolicy schema PolicyTest says what one holds"
          )
        ])
    }
    guard let pattern, let expression = try? Regex(pattern) else { return all }
    let selected = all.filter { $0.title.contains(expression) }
    if selected.isEmpty {
      let names = all.map(\.title)
      let advice =
        nearest(to: pattern, among: names + all.map(\.name)).map { "did you mean \($0.quoted)?" }
        ?? "there is " + names.prefix(5).map(\.self).quotedList("and")
        + (names.count > 5 ? ", and \(names.count - 5) more" : "")
      throw try end(
        .error,
        [
          Diagnostic(
            .noTest, "no test was run: --run \(pattern.quoted) matches no case", advice: advice)
        ])
    }
    return selected
  }
}

extension Diagnostic.Code {
  static let noTest = Diagnostic.Code("no-test", "There was no test to run.")
}
