import ChildProcess
import SystemPackage
import Testing

/// What `rollback` refuses, and says. Going back takes a kernel: the lab does that.
@Suite struct `rollback` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs lines of shell in which `k` is klpolicy, on a host whose journal has these lines; `BOOT`
  /// and `KERNEL` in them are this host's.
  private func onHost(_ journal: String, _ script: String) async throws -> Outcome {
    try scratch.file("journal", journal)
    try scratch.file(
      "script",
      """
      set -eu
      mount -t tmpfs -o mode=755 none /var/lib
      mount -t tmpfs -o mode=755 none /run
      mkdir -p /var/lib/klpolicy
      sed -e "s/BOOT/$(cat /proc/sys/kernel/random/boot_id)/; s/KERNEL/$(uname -r)/" journal \\
        > /var/lib/klpolicy/journal.ndjson
      k() { \(Program.path) "$@"; }
      code() { "$@" 2>&1 && echo "exit 0" || echo "exit $?"; }
      \(script)
      """)
    return try await run(["/usr/bin/unshare", "--mount", "/bin/sh", "script"], in: scratch.path)
  }

  private static var hasNamespaces: Bool {
    get async {
      guard Program.isRoot else { return false }
      let trial = try? await Program.command(
        ["/usr/bin/unshare", "--mount", "/bin/mount", "-t", "tmpfs", "none", "/run"], in: "/"
      ).run()
      return trial?.succeeded == true
    }
  }

  private static let needsNamespaces = "needs root, and mount namespaces"

  private static let loads = """
    {"at":"2026-11-20T08:00:00Z","run":"first","boot":"BOOT","event":"begin","trigger":"reconcile","kernel":"KERNEL"}
    {"at":"2026-11-20T08:00:01Z","run":"first","boot":"BOOT","event":"intent","number":1,"action":"load","build":{"module":"klp_a","buildID":"a1","patch":"cve-2026-1","policy":"web","version":"1","fixes":[],"requires":[],"replace":false,"sha256":"\(digest("a"))","stored":true}}
    {"at":"2026-11-20T08:00:01Z","run":"first","boot":"BOOT","event":"outcome","number":1}
    {"at":"2026-11-20T08:00:02Z","run":"first","boot":"BOOT","event":"end","result":"applied"}

    """

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `where no run has changed anything says so`() async throws {
    let none = try await onHost("", "code k rollback")
    #expect(none.output.contains("no run has changed anything since this boot began"), "\(none)")
    #expect(none.output.contains("exit 65"))
    let earlier = try await onHost(
      Self.loads.replacing("BOOT", with: "an earlier one"), "code k rollback")
    #expect(earlier.output.contains("no run has changed anything since this boot began"))
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `of a word, or of another kernel, says what is wrong`() async throws {
    let word = """
      {"at":"2026-11-20T09:00:00Z","run":"word","boot":"BOOT","event":"hold","reason":"an audit","by":"ana"}

      """
    let outcome = try await onHost(Self.loads + word, "code k rollback word; code k rollback x")
    #expect(outcome.output.contains("word is the word of a person"), "\(outcome)")
    #expect(outcome.output.contains("the journal has no run x"))
    #expect(outcome.output.occurrences(of: "exit 65") == 2)
    let other = try await onHost(
      Self.loads.replacing("KERNEL", with: "5.1.0"), "code k rollback first")
    #expect(other.output.contains("first ran on kernel 5.1.0, and this is "), "\(other)")
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `where all is as it was before the run writes nothing`() async throws {
    let outcome = try await onHost(
      Self.loads,
      """
      cp /var/lib/klpolicy/journal.ndjson before
      code k rollback --dry-run
      code k rollback fir
      cmp before /var/lib/klpolicy/journal.ndjson && test ! -e /run/klpolicy && echo unwritten
      """)
    #expect(
      outcome.output.contains("converged: the host is as it was before that run"), "\(outcome)")
    #expect(outcome.output.occurrences(of: "exit 0") == 2)
    #expect(outcome.output.contains("unwritten"))
  }

  @Test func `is for root alone`() async throws {
    guard await Program.runsUnprivileged else { return }
    let outcome = try await run(Program.asNobody(["rollback"]), in: scratch.path)
    #expect(outcome.status == 77, "\(outcome)")
  }
}
