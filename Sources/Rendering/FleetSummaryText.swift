package import Documents

/// What the plans of a fleet come to, for a person; long lists are cut, which they say.
package func text(of summary: FleetSummary, _ style: Style) -> String {
  var text = style.bold("\(counted(summary.hosts, "host"))") + ", planned for \(summary.at)\n"
  for (name, count) in summary.outcomes.named {
    text += "  " + padded(name, 10) + right(count, 9) + share(count, of: summary.hosts) + "\n"
  }
  if summary.unverified > 0 {
    text +=
      "  of \(counted(summary.unverified, "host")) something could not be observed"
      + examples(summary.unverifiedExamples, of: summary.unverified) + "\n"
  }
  if summary.refused > 0 {
    text += "  \(counted(summary.refused, "line")) of the input passed over\n"
  }
  text += section("Why", summary.reasons, style) {
    padded($0.part.rawValue, 10) + right($0.hosts, 9) + "  \($0.reason.rawValue)"
      + examples($0.examples, of: $0.hosts)
  }
  text += section("CVEs left open", summary.cves, style) {
    right($0.open, 9) + "  " + printable($0.cve) + examples($0.examples, of: $0.open)
  }
  text += section("Patches", summary.patches, style) { patch in
    let parts = [
      ("load", patch.load), ("remove", patch.remove), ("deferred", patch.deferred),
      ("blocked", patch.blocked),
    ].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    return printable(patch.patch) + ": " + parts.joined(separator: ", ")
  }
  text += section("Services", summary.services, style) { service in
    let parts = [
      ("change", service.change), ("deferred", service.deferred), ("blocked", service.blocked),
    ].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    return service.service + ": " + parts.joined(separator: ", ")
  }
  text += section("Kernels", summary.kernels, style) { kernel in
    right(kernel.outcomes.total, 9) + "  " + printable(kernel.release) + ": "
      + kernel.outcomes.named.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
  return text
}

extension FleetSummary.Outcomes {
  var named: [(String, Int)] {
    [
      ("converged", converged), ("changes", changes), ("deferred", deferred), ("blocked", blocked),
      ("uncovered", uncovered), ("unverified", unverified),
    ]
  }
}

private func section<Item>(
  _ title: String, _ items: [Item], _ style: Style, _ line: (Item) -> String
) -> String {
  if items.isEmpty { return "" }
  let shown = 20
  var text = "\n" + style.bold(title) + "\n"
  for item in items.prefix(shown) { text += "  " + line(item) + "\n" }
  if items.count > shown { text += "  and \(items.count - shown) more; --summary FILE has them\n" }
  return text
}

private func examples(_ hosts: [String], of count: Int) -> String {
  let shown = hosts.prefix(3).map(printable).joined(separator: ", ")
  return shown.isEmpty ? "" : "  (\(shown)\(count > 3 ? ", ..." : ""))"
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

private func right(_ count: Int, _ width: Int) -> String {
  let text = String(count)
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

private func share(_ count: Int, of all: Int) -> String {
  all == 0 ? "" : right(Int((Double(count) * 100 / Double(all)).rounded()), 5) + " %"
}
