internal import Documents
internal import PolicyModel
internal import Shapes

extension Comparison {
  /// Steps in their order: the longest run of steps that are as expected stays, the rest is told.
  func stepLines(
    _ expected: [ExpectedStep], _ actual: [Step], _ planned: PlannedCase
  ) -> [TestReport.Line] {
    // lengths[i][j]: how many of the expected steps from i on are met in order from step j on.
    var lengths = Array(
      repeating: Array(repeating: 0, count: actual.count + 1), count: expected.count + 1)
    for row in expected.indices.reversed() {
      for column in actual.indices.reversed() {
        lengths[row][column] =
          expected[row].isMet(by: actual[column], planned)
          ? lengths[row + 1][column + 1] + 1
          : max(lengths[row + 1][column], lengths[row][column + 1])
      }
    }
    let namesGroups = expected.contains { $0.group != nil }
    var lines: [TestReport.Line] = []
    var (row, column) = (0, 0)
    while row < expected.count || column < actual.count {
      if row < expected.count, column < actual.count,
        expected[row].isMet(by: actual[column], planned)
      {
        lines.append(TestReport.Line(.same, actual[column].text(planned, namesGroups)))
        row += 1
        column += 1
      } else if row < expected.count,
        column == actual.count || lengths[row + 1][column] >= lengths[row][column + 1]
      {
        lines.append(TestReport.Line(.missing, expected[row].text))
        row += 1
      } else {
        lines.append(TestReport.Line(.unexpected, actual[column].text(planned, namesGroups)))
        column += 1
      }
    }
    return lines
  }
}

extension ExpectedStep {
  fileprivate func isMet(by step: Step, _ planned: PlannedCase) -> Bool {
    step.action == action && (step.patch == subject.text || step.module == subject.text)
      && (module.map { $0.text == step.module } ?? true)
      && (version.map { $0.text == planned.version(of: step) } ?? true)
      && (reason.map { $0 == step.reason } ?? true) && (group.map { $0 == step.group } ?? true)
      && (gap.map { $0 == step.gap } ?? true)
      && (reversible.map { $0 == step.reversible } ?? true)
  }

  /// `load cve-2026-0042 (version 2, newer-build)`.
  fileprivate var text: String {
    stepText(
      action, subject.text,
      [
        module.map { "module \($0.text)" }, version.map { "version \($0.text)" }, reason?.rawValue,
        group.map { "group \($0)" }, gap.map { $0 ? "gap" : "no gap" },
        reversible.map { $0 ? "can be undone" : "cannot be undone" },
      ])
  }
}

extension Step {
  fileprivate func text(_ planned: PlannedCase, _ namesGroup: Bool) -> String {
    stepText(
      action, patch ?? module,
      [
        patch.map { _ in "module \(module)" },
        planned.version(of: self).map { "version \($0)" }, reason.rawValue,
        namesGroup ? "group \(group)" : nil, gap ? "gap" : nil,
        reversible ? nil : "cannot be undone",
      ])
  }
}

private func stepText(_ action: Step.Action, _ subject: String, _ details: [String?]) -> String {
  let details = details.compactMap(\.self)
  return "\(action.rawValue) \(subject)"
    + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
}
