import Diagnostics
import Documents
import Nodes
import PolicyModel
import Testing

private let release = "6.1.0-56-cloud-amd64"

private func warnings(_ sources: SourceText...) -> [String] {
  let numbered = sources.enumerated().map { index, source in
    SourceText(path: source.path, fileIndex: index, bytes: source.bytes)
  }
  return PolicySet.check(
    numbered, at: Timestamp(secondsSinceEpoch: 1_795_000_000), purpose: .validation
  ).diagnostics.filter { $0.severity == .warning }.map {
    "\($0.location.map { "\($0)" } ?? "") \($0.code.name)"
  }
}

private func windows(_ name: String, _ window: String, _ more: String...) -> SourceText {
  policy(
    name, (["maintenance: {windows: [{\(window)}]}"] + more).map { "  \($0)\n" }.joined())
}

private func fix(_ name: String = "fix", _ more: String...) -> SourceText {
  policy(
    name,
    "  kernels: [{release: \(release), patches: [\(patch("p"))]}]\n"
      + more.map { "  \($0)\n" }.joined())
}

@Suite struct `Windows in which no change could ever begin` {
  @Test(arguments: [
    ("119s", false), ("2m", true),
  ])
  func `are told before the night they were made for`(duration: String, isEnough: Bool) {
    let window = "start: \"22:00\", duration: \(duration)"
    let expected = isEnough ? [] : ["hours.yaml:5:27 narrow-windows"]
    #expect(warnings(windows("hours", window), fix()) == expected)
    // As they are where no patch is bound by them yet.
    #expect(warnings(windows("hours", window)) == expected)
  }

  @Test func `are not told where another policy's shorter deadline makes them do`() {
    let hours = windows("hours", "start: \"22:00\", duration: 1m")
    let deadline = "safety: {transition: {deadline: 25s}}"
    #expect(warnings(hours, fix("fix", deadline)) == [])
    #expect(warnings(hours, fix(), policy("base", "  \(deadline)\n")) == [])
    #expect(
      warnings(
        hours,
        fix("fix", deadline + "\n  hosts: {hostname: [a]}"),
        fix("other", "hosts: {hostname: [b]}"))
        == ["hours.yaml:5:27 narrow-windows"])
  }

  @Test func `count the hooks`() {
    let hooks = "safety: {hooks: {healthCheck: {run: [/bin/true], timeout: 5m}}}"
    let hours = windows("hours", "start: \"22:00\", duration: 5m")
    #expect(warnings(hours, fix()) == [])
    #expect(warnings(hours, fix("fix", hooks)) == ["hours.yaml:5:27 narrow-windows"])
  }

  @Test func `are those of two policies that bind one patch and never meet`() {
    let day = windows("day", "start: \"10:00\", duration: 4h")
    let night = windows("night", "start: \"22:00\", duration: 4h")
    #expect(warnings(day, night, fix()) == ["day.yaml:5:27 never-open"])
    // They meet for a minute, which is not enough.
    let late = windows("late", "start: \"13:59\", duration: 4h")
    #expect(warnings(day, late, fix()) == ["day.yaml:5:27 narrow-windows"])
  }

  @Test func `are none where no host has both`() {
    let day = windows(
      "day", "start: \"10:00\", duration: 4h", "hosts: {hostname: [\"web-*\"]}")
    let night = windows(
      "night", "start: \"22:00\", duration: 4h", "hosts: {hostname: [\"db-*\"]}")
    #expect(warnings(day, night, fix()) == [])
  }

  @Test func `do not hold up what is urgent`() {
    let hours = policy(
      "hours",
      "  maintenance: {windows: [{start: \"22:00\", duration: 1m}], urgent: {severity: high}}\n")
    let urgent = policy(
      "fix", "  kernels: [{release: \(release), patches: [\(patch("p", "severity: critical"))]}]\n")
    #expect(warnings(hours, urgent) == [])
    #expect(warnings(hours, fix()) == ["hours.yaml:5:27 narrow-windows"])
  }

  @Test func `are not told of a window that is written wrong`() {
    #expect(warnings(windows("hours", "days: Mon-Thu, start: \"22:00\", duration: 4h")) == [])
  }
}

@Suite struct `Bounds that name a series` {
  @Test(arguments: [
    ("<=6.1", "`<=6.1` holds for no kernel of 6.1, such as 6.1.0-1", "write <6.2"),
    ("=6.1", "`=6.1` holds for no kernel of 6.1, such as 6.1.0-1", "write >=6.1 <6.2"),
    (">6.1", "`>6.1` holds for the kernels of 6.1 too, such as 6.1.0-1", "write >=6.2"),
    (">=6.1 <=6.12", "`<=6.12` holds for no kernel of 6.12, such as 6.12.0-1", "write <6.13"),
  ])
  func `mean less or more than they seem to`(range: String, message: String, advice: String) {
    for text in [
      policy("p", "  kernels: [{release: \"\(range)\", patches: [{name: a, state: absent}]}]\n"),
      policy(
        "p",
        "  kernels: [{release: \(release), patches: [\(patch("a", "fixedIn: \"\(range)\""))]}]\n"),
    ] {
      let found = PolicySet.check(
        [text], at: Timestamp(secondsSinceEpoch: 1_795_000_000), purpose: .validation
      ).diagnostics
        .filter { $0.code == .seriesBound }
      #expect(found.map(\.message) == [message])
      #expect(found.first?.advice == advice)
      #expect(found.first?.severity == .warning)
    }
  }

  @Test(arguments: [">=6.1 <6.2", "<=6.1.0-56", "=6.1.0", "!=6.1", ">6.1.0-50"])
  func `are fine where they say what they mean`(range: String) {
    let text = policy(
      "p", "  kernels: [{release: \"\(range)\", patches: [{name: a, state: absent}]}]\n")
    #expect(
      !PolicySet.check(
        [text], at: Timestamp(secondsSinceEpoch: 1_795_000_000), purpose: .validation
      ).diagnostics
        .contains { $0.code == .seriesBound })
  }
}
