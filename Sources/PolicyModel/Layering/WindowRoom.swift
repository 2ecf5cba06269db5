package import Diagnostics
internal import Documents
internal import Nodes
internal import Schedule
internal import Shapes

extension Diagnostic.Code {
  package static let narrowWindows = Diagnostic.Code(
    "narrow-windows", "No window is long enough for a change that it binds.")
}

extension PolicySet {
  /// Warnings of windows in which no change that they bind could ever be begun: since those of
  /// several policies never meet, or since none is as long as a change may take.
  ///
  /// As with contradictions, it is tried on hosts made up for the purpose; a policy with windows
  /// that binds no patch on any of them is judged by itself.
  func windowsWithoutRoom(from now: Timestamp) -> [Diagnostic] {
    let timed = policies.filter { timetables[$0.name.value.text]?.windows.isEmpty == false }
    if timed.isEmpty { return [] }
    var room = WindowRoom(now: now)
    var binding: Set<String> = []
    for host in hosts(of: timed) {
      guard let desired = desired(on: host, at: now).desired else { continue }
      for patch in desired.patches {
        binding.formUnion(patch.constraints.policiesWithWindows.map(\.name.value.text))
        // Nothing makes it urgent to take something off.
        let isAbsent = if case .absent = patch.wanted { true } else { false }
        room.judge(patch.constraints, severity: isAbsent ? nil : patch.severity)
      }
    }
    for policy in timed where !binding.contains(policy.name.value.text) {
      room.judge(Constraints([policy], timetables: timetables), severity: nil)
    }
    return room.findings
  }

  /// Hosts that the policies with windows select, with kernels for which there are patches.
  private func hosts(of timed: [Policy]) -> [Host] {
    var hosts: [Host] = []
    var known: Set<Host> = []
    let releases = namedReleases
    var tries = 0
    for policy in timed {
      for other in policies {
        for rule in other.spec.kernels where !rule.patches.isEmpty && tries < tryLimit {
          tries += 1
          let suspects = [
            Suspect(policy: policy, rule: nil), Suspect(policy: other, rule: rule),
          ]
          if let host = Witness(suspects, among: releases).host, known.insert(host).inserted {
            hosts.append(host)
          }
        }
      }
    }
    return hosts
  }
}

/// How many pairs of a policy with windows and a rule are tried.
private let tryLimit = 500

/// Looks whether windows let changes be made, each set of them once.
private struct WindowRoom {
  let now: Timestamp
  private(set) var findings: [Diagnostic] = []
  private var known: Set<Question> = []

  private struct Question: Hashable {
    let windows: [[Location]]
    let freezes: [Location]
    let seconds: Int
  }

  init(now: Timestamp) { self.now = now }

  mutating func judge(_ constraints: Constraints, severity: Severity?) {
    let schedule = constraints.schedule(severity: severity)
    let seconds = Int(clamping: constraints.longestChange.components.seconds)
    let question = Question(
      windows: schedule.groups.map { $0.map(\.definition.place.bareLocation) },
      freezes: schedule.freezes.map(\.definition.place.bareLocation), seconds: seconds)
    if schedule.groups.isEmpty || !known.insert(question).inserted { return }
    if let never = schedule.neverOpen(from: now.instant) {
      // Those of one policy alone are told where they stand.
      if constraints.policiesWithWindows.count > 1 { report(never) }
      return
    }
    guard let longest = schedule.longestOpening(from: now.instant, ofAtLeast: seconds) else {
      return
    }
    let places = schedule.groups.joined().map(\.definition.place)
    report(
      Diagnostic(
        .narrowWindows,
        "no change can begin in \(places.count == 1 ? "this window" : "these windows"), of which "
          + "\(Duration.seconds(longest).shortText) are open at most: it may take "
          + "\(Duration.seconds(seconds).shortText), with its deadline, that of turning it around, "
          + "and its hooks",
        at: places.first?.location,
        advice: "let them open for longer, or give transitions a shorter `deadline`",
        severity: .warning,
        notes: places.dropFirst().map { Diagnostic.Note("this window", at: $0.location) }))
  }

  private mutating func report(_ finding: Diagnostic) {
    if !findings.contains(finding) { findings.append(finding) }
  }
}
