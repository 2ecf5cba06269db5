import Diagnostics
import Documents
import Files
import Nodes
import PolicyModel
import PolicyTesting
import Testing

/// Policies with cases, and what comes of running them.
struct Trial {
  var documents: [String] = []

  /// A PatchSet with these patches, a line each.
  func with(patches: String...) -> Trial {
    adding("PatchSet", "vendor", "  patches:\n" + patches.map { "    - \($0)\n" }.joined())
  }

  /// A policy that wants patches on 6.1 kernels, as a YAML list; `spec` has further lines.
  func with(policy name: String = "web", wanting patches: String, _ spec: String...) -> Trial {
    adding(
      "Policy", name,
      (["kernels: [{release: \"6.1.*\", patches: \(patches)}]"] + spec).map { "  \($0)\n" }
        .joined())
  }

  /// A case on a host with the tests' kernel.
  func expecting(
    _ expectation: String, host: String = "", release: String = testRelease,
    kernel: String = "", loaded: String = "[]", foreign: String = "[]",
    at: String = "2026-11-24T12:00:00Z", _ more: String...
  ) -> Trial {
    adding(
      "PolicyTest", "t",
      """
        cases:
          - name: c
            host: {hostname: web-1, kernel: {release: \(release)\(kernel)}\(host)}
            at: \(at)
            loaded: \(loaded)
            foreign: \(foreign)
      \(more.map { "      \($0)\n" }.joined())
            expect: \(expectation)

      """)
  }

  private func adding(_ kind: String, _ name: String, _ spec: String) -> Trial {
    var trial = self
    trial.documents.append(
      "apiVersion: klpolicy/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec:\n\(spec)")
    return trial
  }

  /// The report, and all that is wrong with the documents.
  func run() -> (report: TestReport?, diagnostics: [Diagnostic]) {
    let sources = documents.enumerated().map { index, text in
      SourceText(path: "\(index).yaml", fileIndex: index, bytes: Array(text.utf8))
    }
    let (set, diagnostics) = PolicySet.check(
      sources, at: Timestamp(secondsSinceEpoch: 1_795_000_000), purpose: .use)
    guard let set else { return (nil, diagnostics) }
    return PolicyTesting.run(set.testCases, of: set, trust: .unchecked, toolVersion: "test")
  }

  /// The one case's outcome; a failure of the test says what is wrong with the documents.
  func outcome(_ location: SourceLocation = #_sourceLocation) throws -> TestReport.Case {
    let (report, diagnostics) = run()
    return try #require(
      report?.cases.first,
      "\(diagnostics.map { "\($0.location.map { "\($0)" } ?? "")\($0.message)" })",
      sourceLocation: location)
  }
}

extension TestReport.Case {
  /// The differences as they are shown: a field, then its lines.
  var diff: [String] {
    differences.flatMap { difference in
      [difference.field]
        + difference.lines.map { line in
          switch line.mark {
          case .same: "  \(line.text)"
          case .missing: "- \(line.text)"
          case .unexpected: "+ \(line.text)"
          }
        }
    }
  }
}

let testRelease = "6.1.0-56-cloud-amd64"

/// A build for the tests' kernel, as a PatchSet has it; the digest is made of the version.
func build(
  _ module: String, _ version: String = "1", _ more: String = "", replace: Bool? = false
) -> String {
  let digest = String(repeating: String(version.prefix(1)), count: 64)
  let takesAll = replace.map { ", replace: \($0)" } ?? ""
  return
    "{release: \(testRelease), version: \"\(version)\", module: \(module), file: \(module).ko, "
    + "sha256: \"\(digest)\"\(takesAll)\(more)}"
}

/// A patch of a PatchSet.
func patch(_ name: String, _ builds: String..., more: String = "") -> String {
  "{name: \(name)\(more), builds: [\(builds.joined(separator: ", "))]}"
}
