package import Documents

/// What the plans of a fleet come to, as one page that needs nothing else: no network, no script, its
/// charts drawn in it. Names of hosts come from anywhere, so all text is escaped.
package func html(of summary: FleetSummary) -> String {
  var page = HTMLText()
  page.raw(
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>klpolicy: fleet</title>
    <style>
    body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#222;background:#fff}
    h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
    table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
    td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
    td.h{color:#555;font-size:.85rem;overflow-wrap:anywhere}
    svg{width:100%;height:auto}svg text{font:13px system-ui,sans-serif;fill:#222}
    .converged{fill:#2e7d32}.changes{fill:#1565c0}.deferred{fill:#f9a825}.blocked{fill:#c62828}.uncovered{fill:#757575}.unverified{fill:#6a1b9a}.open{fill:#c62828}
    @media(prefers-color-scheme:dark){body{background:#161616;color:#eee}svg text{fill:#eee}th,td{border-color:#444}td.h{color:#aaa}}
    </style></head><body>

    """)
  page.raw("<h1>")
  page.text("\(summary.hosts) \(summary.hosts == 1 ? "host" : "hosts")")
  page.raw("</h1>\n<p>")
  page.text("Planned for \(summary.at) by klpolicy \(summary.toolVersion).")
  if summary.refused > 0 { page.text(" Lines of the input passed over: \(summary.refused).") }
  if summary.unverified > 0 {
    page.text(
      " Hosts of which something could not be observed: \(summary.unverified), first of them: "
        + summary.unverifiedExamples.joined(separator: ", ") + ".")
  }
  if summary.notListed > 0 {
    page.text(" Counted, and in no list because these are full: \(summary.notListed).")
  }
  page.raw("</p>\n<h2>Outcome</h2>\n")
  page.chart(summary.outcomes.named.map { ($0.0, $0.1, $0.0) })
  if !summary.cves.isEmpty {
    page.raw("<h2>CVEs left open</h2>\n")
    page.chart(summary.cves.prefix(15).map { ($0.cve, $0.open, "open") })
    page.table(["CVE", "#hosts", "first of them"], summary.cves) {
      [$0.cve, "\($0.open)", $0.examples.joined(separator: ", ")]
    }
  }
  if !summary.reasons.isEmpty {
    page.raw("<h2>Why</h2>\n")
    page.chart(
      summary.reasons.prefix(15).map {
        ("\($0.reason.rawValue) (\($0.part.rawValue))", $0.hosts, $0.part.colour)
      })
    page.table(["reason", "of", "#hosts", "first of them"], summary.reasons) {
      [
        $0.reason.rawValue, $0.part.rawValue, "\($0.hosts)", $0.examples.joined(separator: ", "),
      ]
    }
  }
  if !summary.patches.isEmpty {
    page.raw("<h2>Patches</h2>\n")
    page.table(["patch", "#load", "#remove", "#deferred", "#blocked"], summary.patches) {
      [$0.patch, "\($0.load)", "\($0.remove)", "\($0.deferred)", "\($0.blocked)"]
    }
  }
  if !summary.services.isEmpty {
    page.raw("<h2>Vendors' services</h2>\n")
    page.table(["service", "#change", "#deferred", "#blocked"], summary.services) {
      [$0.service, "\($0.change)", "\($0.deferred)", "\($0.blocked)"]
    }
  }
  if !summary.kernels.isEmpty {
    page.raw("<h2>Kernels</h2>\n")
    page.table(
      ["release", "#hosts"] + FleetSummary.Outcomes().named.map { "#\($0.0)" }, summary.kernels
    ) { kernel in
      [kernel.release, "\(kernel.outcomes.total)"] + kernel.outcomes.named.map { "\($0.1)" }
    }
  }
  page.raw("</body></html>\n")
  return page.content
}

extension FleetSummary.ReasonCount.Part {
  /// The class that colours it.
  fileprivate var colour: String {
    switch self {
    case .step: "changes"
    case .deferred: "deferred"
    case .blocked: "blocked"
    }
  }
}

/// A page as it is written.
private struct HTMLText {
  private(set) var content = ""

  /// How many rows of a table are shown.
  private static var rows: Int { 500 }

  /// What is HTML already; never anything from outside.
  mutating func raw(_ html: String) { content += html }

  /// Text from wherever.
  mutating func text(_ text: String) {
    var escaped = String.UnicodeScalarView()
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    content += String(escaped)
  }

  /// Horizontal bars: what each is of, how long it is, and the class that colours it.
  mutating func chart(_ bars: [(label: String, count: Int, colour: String)]) {
    let longest = max(1, bars.map(\.count).max() ?? 1)
    let height = 24
    raw("<svg viewBox=\"0 0 900 \(bars.count * height + 4)\" role=\"img\">\n")
    for (index, bar) in bars.enumerated() {
      let top = index * height
      let width = Int((Double(bar.count) / Double(longest) * 520).rounded())
      raw("<text x=\"270\" y=\"\(top + 16)\" text-anchor=\"end\">")
      text(bar.label.count > 40 ? bar.label.prefix(39) + "…" : bar.label)
      raw("</text><rect class=\"\(bar.colour)\" x=\"280\" y=\"\(top + 3)\" width=\"\(width)\" ")
      raw("height=\"\(height - 6)\" rx=\"2\"/><text x=\"\(286 + width)\" y=\"\(top + 16)\">")
      raw("\(bar.count)</text>\n")
    }
    raw("</svg>\n")
  }

  /// Columns of numbers have a `#` in front of their names.
  mutating func table<Item>(_ columns: [String], _ items: [Item], _ cells: (Item) -> [String]) {
    raw("<table><tr>")
    for column in columns {
      raw(column.hasPrefix("#") ? "<th class=\"n\">" : "<th>")
      text(column.hasPrefix("#") ? String(column.dropFirst()) : column)
      raw("</th>")
    }
    raw("</tr>\n")
    for item in items.prefix(HTMLText.rows) {
      raw("<tr>")
      for (column, cell) in zip(columns, cells(item)) {
        raw(
          column.hasPrefix("#")
            ? "<td class=\"n\">" : column == "first of them" ? "<td class=\"h\">" : "<td>")
        text(cell)
        raw("</td>")
      }
      raw("</tr>\n")
    }
    raw("</table>\n")
    if items.count > HTMLText.rows {
      raw("<p>")
      text("And \(items.count - HTMLText.rows) more; --summary has them all.")
      raw("</p>\n")
    }
  }
}
