import Testing

/// What `history` tells of a journal. The journals lie in a root directory of their own.
@Suite struct `history` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let build = """
    "build":{"module":"klp_a","buildID":"a1","patch":"cve-2026-1","policy":"web","version":"2",\
    "fixes":[],"requires":[],"replace":false,"sha256":"00","stored":true}
    """

  private func journal(_ lines: String, name: String = "journal.ndjson") throws {
    try scratch.file("var/lib/klpolicy/\(name)", lines)
  }

  private func line(_ time: String, _ run: String, _ rest: String) -> String {
    """
    {"at":"2026-11-20T\(time)Z","run":"\(run)","boot":"7f",\(rest)}

    """
  }

  /// A run that loaded, failed, and was undone in part; a hold; and a run that was killed.
  private func writeThreeRuns() throws {
    try journal(
      line("08:00:00", "first", #""event":"begin","trigger":"reconcile","by":"ana","kernel":"6.1""#)
        + line("08:00:01", "first", #""event":"intent","number":1,"action":"load",\#(Self.build)"#)
        + line("08:00:01", "first", #""event":"outcome","number":1"#)
        + line(
          "08:00:02", "first",
          #""event":"intent","number":2,"action":"unload","module":"klp_a","undo":true"#)
        + line(
          "08:00:02", "first",
          #""event":"outcome","number":2,"error":{"operation":"delete_module","path":"klp_a","errno":11}"#
        )
        + line("08:00:03", "first", #""event":"end","result":"failed","durationMs":2740"#)
        + line(
          "09:00:00", "word",
          #""event":"hold","patch":"cve-2026-1","reason":"it stalls","by":"bob""#
        )
        + line(
          "10:00:00", "second",
          #""event":"begin","trigger":"reconcile","override":{"by":"ana","reason":"the exploit"}"#)
        + line("10:00:01", "second", #""event":"intent","number":1,"action":"load",\#(Self.build)"#)
    )
  }

  private func tell(_ arguments: String...) async throws -> Outcome {
    try await klpolicy(["history", "--root", "."] + arguments, in: scratch.path)
  }

  @Test func `says who did what, why, how it ended and how long it took, the newest first`()
    async throws
  {
    try writeThreeRuns()
    let outcome = try await tell()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output == """
        RUN     BY   WHAT                RESULT  TOOK   CHANGES
        second  ana  reconcile           no end  -      +klp_a (unknown)
        word    bob  hold of cve-2026-1  -       -      it stalls
        first   ana  reconcile           failed  2.7 s  +klp_a -klp_a (refused)

        """)
  }

  @Test func `of one run shows each change`() async throws {
    try writeThreeRuns()
    let outcome = try await tell("fir")
    #expect(
      outcome.output == """
        first: reconcile
          2026-11-20T08:00:00Z, by ana
          kernel 6.1, boot 7f
          done     load    klp_a  cve-2026-1 version 2 for policy web, build a1
          refused  unload  klp_a  cve-2026-1 version 2 for policy web, build a1; errno 11; to undo what had failed
          failed after 2.7 s

        """, "\(outcome)")
    let overridden = try await tell("second")
    #expect(overridden.output.contains("windows overridden: the exploit\n"), "\(overridden)")
  }

  @Test func `as JSON satisfies its schema and has the same`() async throws {
    try writeThreeRuns()
    let json = try await tell("-o", "json").json()
    let schema = try await klpolicy("schema", "History", in: scratch.path).json()
    #expect(Schema(schema).problems(json) == [])
    let runs = json["runs"]?.items ?? []
    #expect(runs.map { $0["run"]?.text } == ["second", "word", "first"])
    #expect(runs.map { $0["result"] } == [.null, nil, .string("failed")])
    #expect(runs.first?["overridesWindow"] == .bool(true))
    let last = try await tell("--last", "1", "-o", "json").json()
    #expect(last["runs"]?.items.map { $0["run"]?.text } == ["second"])
  }

  @Test func `reads earlier files too, and tells each run once`() async throws {
    try writeThreeRuns()
    try journal(
      line("07:00:00", "older", #""event":"begin","trigger":"reconcile""#)
        + line("07:00:01", "older", #""event":"end","result":"applied""#), name: "journal.1.ndjson")
    try journal(
      line("07:10:00", "old", #""event":"begin","trigger":"reconcile""#)
        + line("07:10:01", "old", #""event":"intent","number":1,"action":"load",\#(Self.build)"#)
        + line("07:10:09", "old", #""event":"end","result":"applied""#), name: "journal.2.ndjson")
    try journal(
      line("07:20:00", "new", #""event":"rotated","from":"journal.2.ndjson""#)
        + line(
          "07:10:01", "old",
          #""event":"intent","number":1,"action":"load",\#(Self.build),"carried":true"#)
        + line("07:20:00", "new", #""event":"begin","trigger":"reconcile""#))
    let json = try await tell("-o", "json").json()
    #expect(json["runs"]?.items.map { $0["run"]?.text } == ["new", "old", "older"])
    #expect(json["runs"]?.items.map { $0["changes"]?.items.count } == [0, 1, 0])
    #expect(try await tell("older").status == 0)
  }

  @Test func `with a damaged line has a gap, which is said`() async throws {
    try writeThreeRuns()
    try journal(
      "garbage\n" + line("07:00:01", "older", #""event":"begin","trigger":"reconcile""#),
      name: "journal.1.ndjson")
    let outcome = try await tell("-o", "json")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("line 1 cannot be read, so the history has a gap"))
    let json = try outcome.json()
    #expect(json["runs"]?.items.count == 4)
    #expect(json["unread"]?.items.first?["line"] == .number("1"))
    // What was taken over from there is not needed for anything else.
    let status = try await klpolicy("status", "--root", ".", "-o", "json", in: scratch.path)
    #expect(!status.errors.contains("journal"), "\(status)")
  }

  @Test func `of a host on which nothing was done says so`() async throws {
    let outcome = try await tell()
    #expect(outcome.status == 0)
    #expect(outcome.output == "Nothing was done yet.\n")
  }

  @Test func `says which package, from which version to which, and which setting of which client`()
    async throws
  {
    let old = "kpatch-patch-6_1-1-1.el9.x86_64"
    let new = "kpatch-patch-6_1-1-2.el9.x86_64"
    let name = #""service":"redHat","name":"kpatch-patch-6_1""#
    func intent(_ number: Int, _ rest: String) -> String {
      line("08:00:0\(number)", "vendors", #""event":"intent","number":\#(number),\#(rest)"#)
        + line("08:00:0\(number)", "vendors", #""event":"outcome","number":\#(number)"#)
    }
    try journal(
      line("08:00:00", "vendors", #""event":"begin","trigger":"reconcile","by":"ana""#)
        + intent(
          1,
          #""action":"install-package","reason":"newer-build","package":{\#(name),"package":"\#(new)","replaces":"\#(old)"}"#
        )
        + intent(2, #""action":"remove-package","package":{\#(name),"package":"\#(new)"}"#)
        + intent(
          3,
          #""action":"configure-client","client":{"service":"canonical","key":"patch-delay","value":"2d","before":"5d"}"#
        )
        + intent(
          4,
          #""action":"configure-client","client":{"service":"canonical","key":"cutoff-date","value":"x"}"#
        )
        + intent(
          5,
          #""action":"write-file","file":{"service":"redHat","path":"/etc/dnf/plugins/kpatch.conf","module":"kpatch-dnf","sha256":"00","setting":"autoupdate=False"}"#
        ) + line("08:00:09", "vendors", #""event":"end","result":"applied","durationMs":9000"#))
    #expect(
      try await tell().output.contains(
        "installed \(new) (was 1-1.el9) took away \(new) set patch-delay=2d of canonical (was 5d) "
          + "set cutoff-date=x of canonical (was not set) set autoupdate=False of kpatch-dnf")
    )
    let whole = try await tell("vendors").output
    #expect(whole.contains("of redHat, in the place of \(old): newer-build\n"), "\(whole)")
    #expect(whole.contains("patch-delay=2d") && whole.contains("of canonical, which was 5d\n"))
    #expect(
      whole.contains("of redHat, autoupdate=False in /etc/dnf/plugins/kpatch.conf\n"), "\(whole)")
    let json = try await tell("-o", "json").json()
    let changes = json["runs"]?.items.first?["changes"]?.items ?? []
    #expect(changes.map { $0["package"]?.text } == [new, new, nil, nil, nil])
    #expect(changes.map { $0["replaces"]?.text } == [old, nil, nil, nil, nil])
    #expect(changes.map { $0["before"]?.text } == [nil, nil, "5d", nil, nil])
    #expect(
      changes.map { $0["service"]?.text }
        == ["redHat", "redHat", "canonical", "canonical", "redHat"])
    let schema = try await klpolicy("schema", "History", in: scratch.path).json()
    #expect(Schema(schema).problems(json) == [])
  }

  @Test func `of a run that is not there, or of several, is an error that helps`() async throws {
    try writeThreeRuns()
    let none = try await tell("third")
    #expect(none.status == 65)
    #expect(none.errors.contains("the journal has no run third"), "\(none)")
    try journal(
      line("07:00:00", "aa", #""event":"begin","trigger":"reconcile""#)
        + line("07:00:00", "ab", #""event":"begin","trigger":"reconcile""#))
    let several = try await tell("a")
    #expect(several.status == 65)
    #expect(several.errors.contains("write more of it: ab, aa"), "\(several)")
    #expect(try await tell("--last", "0").status == 64)
    #expect(try await tell("a", "--last", "1").status == 64)
  }
}
