import ChildProcess
import Glibc
import SystemPackage
import Testing

/// `hold` and `resume` write to the host's own directories: these tests put empty ones over them,
/// in a mount namespace that ends with the command.
@Suite struct `hold and resume` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs lines of shell in which `k` is klpolicy, on a host on which nothing was done yet.
  private func onNewHost(_ script: String) async throws -> Outcome {
    try scratch.file(
      "script",
      """
      set -eu
      mount -t tmpfs -o mode=755 none /var/lib
      mount -t tmpfs -o mode=755 none /run
      k() { \(Program.path) "$@"; }
      code() { "$@" 2>&1 && echo "exit 0" || echo "exit $?"; }
      \(script)
      """)
    return try await run(
      ["/usr/bin/unshare", "--mount", "/bin/sh", "script"], in: scratch.path)
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

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `a hold is shown by status with who, why and until, and gone after resume`() async throws {
    let outcome = try await onNewHost(
      """
      k hold --reason "an audit" >/dev/null
      k hold cve-2026-1 --reason "a regression" --until 9998-12-31T00:00:00Z >/dev/null
      k status -o json > held.json
      k status > held.txt
      k resume >/dev/null
      k resume cve-2026-1 >/dev/null
      k status -o json > free.json
      """)
    #expect(outcome.status == 0, "\(outcome)")
    let status = try await json("held.json")
    let holds = status["holds"]?.items ?? []
    #expect(holds.map { $0["patch"]?.text } == [nil, "cve-2026-1"])
    #expect(holds.map { $0["reason"]?.text } == ["an audit", "a regression"])
    #expect(holds.map { $0["until"]?.text } == [nil, "9998-12-31T00:00:00Z"])
    #expect(holds.allSatisfy { $0["by"]?.text?.isEmpty == false })
    let condition = held(status)
    #expect(condition?["status"] == .string("True"))
    let message = condition?["message"]?.text ?? ""
    #expect(message.contains("everything") && message.contains("an audit"))
    #expect(message.contains("cve-2026-1 until 9998-12-31T00:00:00Z by "))
    let text = try await read("held.txt")
    #expect(text.contains("everything on this host: held until someone resumes it\n"))
    #expect(text.contains("cve-2026-1: held until 9998-12-31T00:00:00Z\n"))
    #expect(text.contains(": a regression\n"))

    let free = try await json("free.json")
    #expect(free["holds"] == .array([]))
    #expect(held(free)?["status"] == .string("False"))
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `what is so already is said, is no error and writes nothing`() async throws {
    let outcome = try await onNewHost(
      """
      code k resume
      code k resume cve-2026-1
      code k resume -o json > resumed.json
      test ! -e /var/lib/klpolicy && test ! -e /run/klpolicy && echo "nothing was written"
      code k hold cve-2026-1 --reason "a regression"
      cp /var/lib/klpolicy/journal.ndjson before
      code k hold cve-2026-1 --reason "a regression"
      cmp before /var/lib/klpolicy/journal.ndjson && echo "nothing was written"
      """)
    #expect(outcome.status == 0, "\(outcome)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("warning: ") && !$0.hasPrefix("  →") }
    #expect(
      lines.filter { !$0.contains(" 2") } == [
        "there is no hold on everything on this host", "No hold is in force.", "exit 0",
        "there is no hold on cve-2026-1", "No hold is in force.", "exit 0",
        "nothing was written",
        "cve-2026-1 is held until someone resumes it; nothing of that name is known here now",
        "In force",
        "  cve-2026-1: held until someone resumes it", "exit 0",
        "cve-2026-1 is held already, until someone resumes it; nothing of that name is known here now",
        "In force",
        "  cve-2026-1: held until someone resumes it", "exit 0",
        "nothing was written",
      ], "\(outcome)")
    #expect(try await read("resumed.json").contains("\"changed\": false"))
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `where files may not grow it is an error that says so, and not the end by a signal`()
    async throws
  {
    let outcome = try await onNewHost("(ulimit -f 0; code k hold --reason audit 2>&1)")
    #expect(outcome.output.contains("File too large"), "\(outcome)")
    #expect(outcome.output.hasSuffix("exit 1\n"), "\(outcome)")
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `a hold that holds nothing does not look like one that does`() async throws {
    let outcome = try await onNewHost(
      """
      cp /etc/passwd .
      mount -t tmpfs -o mode=755 none /etc
      cp passwd /etc
      mkdir -p /etc/klpolicy/policies.d
      cat > /etc/klpolicy/policies.d/web.yaml <<END
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0-56-amd64
            patches: [{name: cve-2026-1, state: absent, module: klp_one}]
        services: [{redHat: {}}]
      END
      code k hold cve-2026-1 --reason known
      code k hold redHat --reason known
      for name in redhat rehdat rhel kpatch-patch-6_1_0-56 kernel-livepatch-6_4_0-1-default kpatch klp_one; do
        code k hold $name --reason x
        code k resume $name
      done
      echo "lines: $(wc -l < /var/lib/klpolicy/journal.ndjson)"
      code k hold cve-2027-1 --reason "to come" -o json
      code k hold cve-2026-2 --reason slip
      code k resume cve-2027-11
      code k resume cve-2027-1
      echo broken > /etc/klpolicy/policies.d/web.yaml
      code k hold cve-2028-1 --reason "to come"
      rm /etc/klpolicy/policies.d/web.yaml
      code k hold something --reason "to come"
      """)
    #expect(outcome.status == 0, "\(outcome)")
    let parts = outcome.output.split(separator: "lines: ").map(String.init)
    #expect(parts[0].occurrences(of: "warning: packages are held by") == 2, "\(parts[0])")
    #expect(parts[0].occurrences(of: "exit 65") == 12 && parts[0].occurrences(of: "exit 0") == 4)
    #expect(parts[0].occurrences(of: "write redHat") == 7, "\(parts[0])")
    for told in ["by its name", "write cve-2026-1"] {
      #expect(parts[0].occurrences(of: told) == 2, "\(told): \(parts[0])")
    }
    let rest = try #require(parts.last)
    #expect(rest.contains("nothing of that name is known here now"), "\(rest)")
    #expect(
      rest.contains("did you mean `cve-2026-1`? klpolicy resume cve-2026-2 takes this one back"))
    #expect(rest.contains("did you mean `cve-2027-1`?"), "\(rest)")
    #expect(rest.contains("whether anything has that name is not known"), "\(rest)")
    #expect(rest.contains("klpolicy validate says why"), "\(rest)")
    #expect(rest.contains("no policy is in force here; policies"), "\(rest)")
    #expect(!rest.contains("exit 65"), "\(rest)")
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `a mark of a shutdown says nothing of holds`() async throws {
    let outcome = try await onNewHost("code k mark-shutdown; code k mark-shutdown --cancel")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(!outcome.output.contains("hold"), "\(outcome)")
    #expect(outcome.output.split(separator: "\n").count == 4, "\(outcome)")
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `a package that a run did not get to verify is shown, and given up by resume`() async throws
  {
    let outcome = try await onNewHost(
      """
      mkdir -p /var/lib/klpolicy /var/lib/rpm
      id=$(cat /proc/sys/kernel/random/boot_id)
      package='"service":"redHat","name":"kpatch-patch-6_1","package":"kpatch-patch-6_1-1-3.el9.x86_64"'
      head='"at":"2026-11-01T00:00:00Z","run":"run-1","boot":"'$id'"'
      printf '{%s,"event":"begin","trigger":"reconcile"}\\n' "$head" > /var/lib/klpolicy/journal.ndjson
      printf '{%s,"event":"intent","number":1,"action":"install-package","package":{%s}}\\n' "$head" "$package" \
        >> /var/lib/klpolicy/journal.ndjson
      k status -o json > left.json
      k status > left.txt
      touch /var/lib/rpm/.rpm.lock
      python3 -c "import fcntl, os, time
      lock = open('/var/lib/rpm/.rpm.lock', 'r+')
      fcntl.lockf(lock, fcntl.LOCK_EX)
      open('taken', 'w')
      while not os.path.exists('over'): time.sleep(0.05)" &
      while [ ! -e taken ]; do sleep 0.05; done
      code k resume kpatch-patch-6_1
      touch over; wait
      code k resume kpatch-patch-6_1
      code k resume kpatch-patch-6_1
      k status -o json > free.json
      k history > history.txt
      """)
    #expect(outcome.status == 0, "\(outcome)")
    let name = "kpatch-patch-6_1-1-3.el9.x86_64"
    let left = try await json("left.json")
    #expect(left["unfinished"]?.items.map { $0["package"]?.text } == [name])
    #expect(
      try await read("left.txt").contains(
        "redHat: \(name): a later run does that; klpolicy resume kpatch-patch-6_1 gives it up"))
    #expect(outcome.output.contains("holds the lock on rpm's database"), "\(outcome)")
    #expect(outcome.output.contains("not given up while it may be at work"), "\(outcome)")
    let endings = outcome.output.split(separator: "\n").filter { $0.hasPrefix("exit") }
    #expect(endings == ["exit 1", "exit 0", "exit 0"], "\(outcome)")
    #expect(
      outcome.output.contains("\(name) is given up: later runs take what is installed as it is"))
    #expect(outcome.output.contains("there is no hold on kpatch-patch-6_1\n"), "\(outcome)")
    #expect(try await json("free.json")["unfinished"] == nil)
    #expect(try await read("history.txt").contains("resume of kpatch-patch-6_1"))
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `holding again replaces the reason and the time`() async throws {
    let outcome = try await onNewHost(
      """
      k hold --reason first --until 4h >/dev/null
      k hold --reason second -o json
      """)
    #expect(outcome.status == 0, "\(outcome)")
    let holds = try outcome.json()
    #expect(holds["changed"] == .bool(true))
    #expect(holds["holds"]?.items.map { $0["reason"]?.text } == ["second"])
    #expect(holds["holds"]?.items.first?["until"] == nil)
    let schema = try await klpolicy("schema", "Holds", in: scratch.path).json()
    #expect(Schema(schema).problems(holds) == [])
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `a hold ends at its time by itself`() async throws {
    let outcome = try await onNewHost(
      """
      k hold cve-2026-1 --reason "for a moment" --until 1s >/dev/null
      sleep 1.1
      k status -o json
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try outcome.json()["holds"] == .array([]))
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `while another run holds the lock it is 75, or it waits`() async throws {
    let outcome = try await onNewHost(
      """
      k hold --reason "to make the files" >/dev/null
      flock /run/klpolicy/lock sh -c 'touch locked; while [ ! -e over ]; do sleep 0.05; done' &
      while [ ! -e locked ]; do sleep 0.05; done
      code k hold cve-2026-1 --reason "a regression"
      code k resume
      (sleep 0.5; touch over) &
      code k resume --lock-timeout 60s
      wait
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("[lock-held]"), "\(outcome)")
    #expect(outcome.output.occurrences(of: "exit 75") == 2, "\(outcome)")
    #expect(outcome.output.contains("the hold on everything is lifted"), "\(outcome)")
  }

  @Test(.enabled(Comment(rawValue: needsNamespaces), { await hasNamespaces }))
  func `with a journal that cannot be read nothing is claimed, and nothing written`() async throws {
    let outcome = try await onNewHost(
      """
      k hold --reason "an audit" >/dev/null
      echo garbage >> /var/lib/klpolicy/journal.ndjson
      cp /var/lib/klpolicy/journal.ndjson before
      code k hold --reason "another"
      code k resume
      cmp before /var/lib/klpolicy/journal.ndjson && echo "nothing was written"
      k status -o json > status.json 2>/dev/null
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.occurrences(of: "[malformed-journal]") == 2, "\(outcome)")
    #expect(outcome.output.occurrences(of: "exit 1") == 2, "\(outcome)")
    #expect(outcome.output.contains("nothing was written"), "\(outcome)")
    let status = try await json("status.json")
    #expect(status["holds"] == .null)
    #expect(held(status)?["status"] == .string("Unknown"))
  }

  @Test(arguments: ["hold --reason x", "hold cve-2026-1 --reason x", "resume", "resume cve-2026-1"])
  func `only root may`(line: String) async throws {
    try #require(await Program.runsUnprivileged)
    let words = line.split(separator: " ").map(String.init)
    let outcome = try await run(Program.asNobody(words), in: scratch.path)
    #expect(outcome.status == 77)
    #expect(outcome.output == "")
    #expect(outcome.shown.map(\.code) == ["not-privileged"])
  }

  @Test(arguments: [
    ("hold", "--reason"), ("hold --reason", "--reason"), ("hold a/b --reason x", "a/b"),
    ("hold -- -x --reason x", "--reason"), ("hold --reason x --until yesterday", "yesterday"),
    ("hold --reason x --until 2020-01-01T00:00:00Z", "over: 2020-01-01T00:00:00Z"),
    ("hold --reason x --until 2020-01-01", "2020-01-01"),
    ("hold --reason x --until 0s", "over: "),
    ("hold --reason x --until 9999999d", "after the year 9999"),
    ("resume a b", "b"), ("resume --reason x", "--reason"),
  ])
  func `what makes no sense is 64, before anything is done`(
    line: String, says: String
  ) async throws {
    let words = line.split(separator: " ").map(String.init)
    let outcome = try await klpolicy(words, in: scratch.path)
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(says), "\(outcome)")
  }

  @Test(arguments: ["", "  ", "two\nlines", String(repeating: "x", count: 1001)])
  func `a reason is one line that says something`(reason: String) async throws {
    let outcome = try await klpolicy("hold", "--reason", reason, in: scratch.path)
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains("one line"), "\(outcome)")
  }

  private func held(_ status: JSON) -> JSON? {
    status["conditions"]?.items.first { $0["type"] == .string("Held") }
  }

  private func json(_ name: String) async throws -> JSON { try JSON(try await read(name)) }

  private func read(_ name: String) async throws -> String {
    try await run(["/bin/cat", name], in: scratch.path).output
  }
}

extension String {
  /// How often a text stands in it.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
