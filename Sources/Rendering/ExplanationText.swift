package import Documents

/// An explanation for a person: what it comes to and until when, then every decision in its order
/// with the rule that makes it and the line where that is written.
package func text(of explanation: Explanation, _ style: Style) -> String {
  var lines = outcomeLines(explanation, style)
  var number = 0
  for stage in Explanation.Stage.allCases {
    let findings = explanation.findings.filter { $0.stage == stage }
    if findings.isEmpty { continue }
    number += 1
    lines += ["", style.bold("\(number). \(stage.title)")]
    for finding in findings { lines += text(of: finding, style) }
  }
  return lines.joined(separator: "\n") + "\n"
}

private func outcomeLines(_ explanation: Explanation, _ style: Style) -> [String] {
  let outcome = explanation.outcome
  var verdict = outcome.result.title
  if let until = outcome.until { verdict += " until \(until)" }
  var lines = [
    style.bold(printable(explanation.patch))
      + " on \(printable(explanation.host.hostname)), kernel "
      + "\(printable(explanation.host.kernelRelease)): " + mark(outcome.result, style)(verdict)
  ]
  let withheld = outcome.blocked + outcome.deferred
  if !outcome.steps.isEmpty || withheld.isEmpty {
    lines += wrapped(stepSummary(outcome), indent: 2)
  }
  for step in outcome.steps {
    let place = step.source.map { "  \($0)" } ?? ""
    lines.append(
      "  \(step.id). \(step.action.rawValue) \(printable(step.package ?? step.module))"
        + (step.setting.map { " \(printable($0))" } ?? "")
        + style.dim(printable(place))
    )
  }
  for entry in withheld {
    lines += wrapped("\(entry.reason.rawValue): \(printable(entry.message))", indent: 2)
    if let until = entry.until, until != outcome.until { lines.append("  until \(until)") }
    if !entry.openCVEs.isEmpty {
      lines += wrapped(
        "leaves open: " + printable(entry.openCVEs.joined(separator: ", ")), indent: 2)
    }
  }
  for warning in outcome.warnings {
    lines += wrapped("warning: \(printable(warning.message))", indent: 2)
  }
  if let earliest = outcome.earliest, earliest != outcome.until {
    lines += wrapped(
      "builds, windows and freezes together let it be done from \(earliest) on, at the earliest",
      indent: 2)
  }
  return lines
}

/// Why there are steps, or none.
private func stepSummary(_ outcome: Explanation.Outcome) -> String {
  if outcome.steps.isEmpty || outcome.result == .pending {
    let reason = outcome.reason.map { "\($0.rawValue): " } ?? ""
    return reason + printable(outcome.message)
  }
  return "the plan has steps for it all the same"
}

/// `  yes      cutoff (web-tier): 2026-11-15`, and below it the line that says so.
private func text(of finding: Explanation.Finding, _ style: Style) -> [String] {
  let subject = printable(finding.subject)
  var sentence = subject
  if let policy = finding.policy, policy != finding.subject {
    sentence += " (\(printable(policy)))"
  }
  sentence += ": \(printable(finding.message))"
  var lines = wrapped(sentence, indent: verdictWidth + 4)
  if let first = lines.first {
    let word = finding.verdict.rawValue
    let rest = first.dropFirst(verdictWidth + 4)
    let told =
      rest.hasPrefix(subject) ? style.bold(subject) + rest.dropFirst(subject.count) : String(rest)
    lines[0] =
      "  " + mark(finding.verdict, style)(word)
      + String(repeating: " ", count: verdictWidth - word.count + 2) + told
  }
  if let source = finding.source {
    let excerpt = finding.excerpt.map { "  \(printable($0))" } ?? ""
    lines.append(
      String(repeating: " ", count: verdictWidth + 4) + style.dim(printable(source) + excerpt))
  }
  return lines
}

/// As wide as the widest verdict.
private let verdictWidth = Explanation.Verdict.allCases.map(\.rawValue.count).max() ?? 0

/// Lines of at most 100 columns, broken between words.
private func wrapped(_ text: String, indent: Int) -> [String] {
  let margin = String(repeating: " ", count: indent)
  var lines: [String] = []
  var line = margin
  for word in text.split(separator: " ") {
    if line.count > indent, line.count + 1 + word.count > 100 {
      lines.append(line)
      line = margin
    }
    line += (line.count > indent ? " " : "") + word
  }
  return lines + [line]
}

private func mark(
  _ verdict: Explanation.Verdict, _ style: Style
) -> (String) -> String {
  switch verdict {
  case .yes: style.green
  case .no: style.dim
  case .waits: style.yellow
  case .blocks, .unknown: style.red
  case .note: { $0 }
  }
}

private func mark(
  _ result: Explanation.Outcome.Result, _ style: Style
) -> (String) -> String {
  switch result {
  case .asWanted, .satisfied: style.green
  case .pending, .deferred: style.yellow
  case .blocked: style.red
  case .notWanted: style.dim
  }
}

extension Explanation.Outcome.Result {
  fileprivate var title: String {
    switch self {
    case .asWanted: "as wanted"
    case .pending: "changes are pending"
    case .deferred: "deferred"
    case .blocked: "blocked"
    case .satisfied: "nothing is needed"
    case .notWanted: "not wanted here"
    }
  }
}

extension Explanation.Stage {
  fileprivate var title: String {
    switch self {
    case .policies: "Policies: which of them are for this host and its kernel"
    case .layering: "Layering: whose word counts"
    case .definition: "Definition: what the patch is"
    case .builds: "Builds: which of them is admitted on this kernel, the highest version first"
    case .constraints: "Constraints: what a change has to keep to"
    case .gates: "Gates: whether the change may begin, in the order in which they are asked"
    case .host: "Host: what is in memory of it"
    }
  }
}
