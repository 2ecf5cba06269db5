import Diagnostics
import Documents
import JSONText
import Nodes
import Shapes
import Testing

/// What one klpolicy writes, another reads: every field, every kind.
@Suite struct DocumentsTests {
  @Test("A snapshot comes back as it was, unknown and inapplicable facts told apart")
  func snapshot() throws {
    #expect(try roundTrip(HostSnapshot.full) == .full)
    var bare = HostSnapshot.full
    bare.live.transition = nil
    bare.live.modules = .unknown
    bare.host.kernel.lockdown = nil
    bare.host.distribution = nil
    bare.history.managed = .unknown
    bare.history.holds = .unknown
    #expect(try roundTrip(bare) == bare)
  }

  @Test("What a vendor's service does not have, and what nobody could read of it, stay apart")
  func services() throws {
    var snapshot = HostSnapshot.full
    snapshot.services = nil
    #expect(try roundTrip(snapshot) == snapshot)
    snapshot.services = Services()
    #expect(try roundTrip(snapshot) == snapshot)
    snapshot.services = Services(
      kpatch: Services.Kpatch(modules: .unknown, isUnitEnabled: .unknown),
      redHat: Services.RedHat(
        packages: .unknown, available: .unknown, repositories: .unknown, plugin: .unknown),
      suse: Services.SUSE(packages: .known([]), initrd: .unknown),
      canonical: Services.Canonical(
        client: "/snap/bin/canonical-livepatch", isEnabled: .unknown, kernels: .unknown,
        configuration: .unknown))
    #expect(try roundTrip(snapshot) == snapshot)
  }

  @Test("A snapshot of a version that knew no holds has none, which is not the same as unknown")
  func snapshotWithoutHolds() throws {
    let written = String(
      decoding: JSONWriter.bytes(of: HostSnapshot.full), as: UTF8.self)
    let start = try #require(written.firstRange(of: ",\"holds\":[")?.lowerBound)
    let end = try #require(written[start...].firstRange(of: "]")?.upperBound)
    let older = written[..<start] + written[end...]
    let (read, diagnostics) = decode(
      HostSnapshot.self, from: try readJSON(SourceText(path: "older", bytes: Array(older.utf8))))
    #expect(diagnostics.isEmpty)
    #expect(read?.history.holds == .known([]))
    #expect(read?.history.managed == HostSnapshot.full.history.managed)
  }

  @Test("A hold ends at its moment, and a patch's own counts before that on everything")
  func holds() throws {
    let soon = Timestamp(secondsSinceEpoch: Timestamp.test.secondsSinceEpoch + 60)
    let all = Hold(patch: nil, reason: "audit", until: nil, by: "ada", since: .test)
    let fix = Hold(patch: "fix", reason: "regression", until: soon, by: "ada", since: .test)
    #expect([all, fix].hold(on: "fix", at: .test) == fix)
    #expect([all, fix].hold(on: "other", at: .test) == all)
    #expect([all, fix].hold(on: "fix", at: soon) == all)
    #expect([fix].hold(on: "fix", at: soon) == nil)
    #expect([fix].hold(on: "other", at: .test) == nil)
  }

  @Test("A plan comes back as it was")
  func plan() throws {
    #expect(try roundTrip(Plan.full) == .full)
  }

  @Test("A report comes back as it was, its plan's fields beside its own")
  func report() throws {
    #expect(try roundTrip(Report.full) == .full)
  }

  @Test("An explanation comes back as it was")
  func explanation() throws {
    #expect(try roundTrip(Explanation.full) == .full)
  }

  @Test("An inspection comes back as it was")
  func inspection() throws {
    #expect(try roundTrip(Inspection.full) == .full)
  }

  @Test("A status comes back as it was")
  func status() throws {
    let status = Status(
      at: .test, host: HostSnapshot.full.host,
      patches: [
        PatchStatus(
          live: LivePatch(
            module: "a", state: .known(.applied), buildID: .known("b1"), replace: .unknown,
            stackOrder: .known(1), referenceCount: .known(1), taint: .known("OEK"),
            objects: [
              PatchedObject(
                name: "vmlinux", patched: .unknown,
                functions: [PatchedFunction(name: "f", sympos: 1)])
            ]), managed: .known(true), patch: "fix", policy: "web", version: "1",
          fixes: ["CVE-2026-1"])
      ],
      transition: .known(
        TransitionStatus(
          transition: LiveTransition(module: "a", direction: .enabling), since: .unknown,
          blockers: [Blocker(pid: 1, tid: 2, command: "x", stack: ["f+0x1/0x2"])])),
      conditions: [
        Condition(kind: .supported, status: .yes, reason: "LivePatching", message: "yes")
      ], unobserved: [])
    #expect(try roundTrip(status) == status)
  }

  @Test("A validation comes back as it was, with its counts")
  func validation() throws {
    let validation = Validation(
      isValid: false, isStrict: true, policies: ["web"], files: ["web.yaml", "x.yaml"],
      documents: [
        Validation.Document(kind: "Policy", name: "web", path: "web.yaml", line: 1),
        Validation.Document(kind: nil, name: nil, path: "x.yaml", line: 2),
        Validation.Document(kind: "PatchSet", name: nil, path: "x.yaml", line: 9),
        Validation.Document(kind: "Policy", name: nil, path: "x.yaml", line: 12),
      ],
      diagnostics: [
        Validation.Finding(
          severity: .error, code: "unknown-key", message: "m", advice: "a", path: "x.yaml", line: 3,
          column: 4, notes: [Validation.Note(message: "n", location: "web.yaml:1:1")]),
        Validation.Finding(
          severity: .warning, code: "odd", message: "m", advice: nil, path: nil, line: nil,
          column: nil, notes: []),
      ])
    #expect(try roundTrip(validation) == validation)
    #expect(validation.errorCount == 1)
    #expect(validation.warningCount == 1)
    #expect(validation.checked.map { "\($0.kind) \($0.count)" } == ["Policy 2", "PatchSet 1"])
  }

  @Test("Times are RFC 3339 in UTC")
  func times() {
    #expect("\(Timestamp(secondsSinceEpoch: 1_795_454_791))" == "2026-11-23T17:26:31Z")
  }

  private func roundTrip<D: Document>(_ document: D) throws -> D {
    let source = SourceText(path: "document", bytes: JSONWriter.bytes(of: document, .indented))
    let (read, diagnostics) = decode(D.self, from: try readJSON(source))
    #expect(diagnostics.isEmpty)
    return try #require(read)
  }
}
