import Documents
import Nodes
import PolicyModel
import Testing

/// What policies want on kernels that are installed and do not run.
@Suite struct OtherKernelTests {
  private let running = "6.1.0-56-cloud-amd64"
  private let next = "6.1.0-57-cloud-amd64"

  private func builds(
    _ sources: [String], installed: Fact<[String]>?
  ) throws -> [String] {
    let (set, diagnostics) = PolicySet.check(
      sources.enumerated().map {
        SourceText(path: "\($0).yaml", fileIndex: $0, bytes: Array($1.utf8))
      })
    let policies = try #require(set, "\(diagnostics)")
    var host = Host.test(running)
    host.installedKernels = installed
    return policies.buildsForOtherKernels(of: host, at: testTime).map {
      "\($0.release) \($0.patch) \($0.build.module)"
    }
  }

  private func set(_ builds: [String], _ more: String = "severity: low") -> String {
    """
    apiVersion: klpolicy/v1
    kind: PatchSet
    metadata: {name: s}
    spec:
      patches:
        - name: a
          \(more)
          builds:
    \(builds.map { "        - {\($0)}" }.joined(separator: "\n"))
    """
  }

  private func build(_ release: String, _ version: String, _ more: String = "") -> String {
    "release: \(release), version: \"\(version)\", module: klp_\(version), file: \(version).ko, "
      + "sha256: \"\(String(repeating: version, count: 64))\", replace: false\(more)"
  }

  private func policy(_ release: String = "6.1.*") -> String {
    """
    apiVersion: klpolicy/v1
    kind: Policy
    metadata: {name: web}
    spec:
      kernels: [{release: "\(release)", patches: [a]}]
    """
  }

  @Test("The highest admitted build of each patch, for every other installed kernel")
  func highest() throws {
    let set = set([
      build(running, "1"), build(next, "2"), build(next, "3"), build("6.1.0-58-cloud-amd64", "4"),
    ])
    #expect(
      try builds([policy(), set], installed: .known([next, running])) == ["\(next) a klp_3"])
    #expect(try builds([policy(), set], installed: .known([running])) == [])
    #expect(try builds([policy(), set], installed: .unknown) == [])
    #expect(try builds([policy(), set], installed: nil) == [])
  }

  @Test("Not what was withdrawn, and not what has the fix itself")
  func withdrawn() throws {
    let withdrawn = set([build(next, "2"), build(next, "3", ", withdrawn: true")])
    #expect(try builds([policy(), withdrawn], installed: .known([next])) == ["\(next) a klp_2"])
    let fixed = set([build(next, "2")], "fixedIn: \">=6.1.0-57 <6.2\"")
    #expect(try builds([policy(), fixed], installed: .known([next])) == [])
  }

  @Test("The build ID of a kernel that does not run is not known, and keeps nothing back")
  func buildID() throws {
    let id = String(repeating: "0a", count: 20)
    let set = set([build(next, "2", ", kernelBuildID: \"\(id)\"")])
    #expect(try builds([policy(), set], installed: .known([next])) == ["\(next) a klp_2"])
  }

  @Test("Rules for that kernel count, not those for the running one")
  func rules() throws {
    #expect(
      try builds(
        [policy(running), set([build(next, "2"), build(running, "1")])], installed: .known([next]))
        == [])
  }
}
