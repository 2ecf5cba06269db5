package import Documents

/// What `hold` or `resume` did, and the holds that are in force now, for a person.
package func text(of holds: Holds, _ style: Style) -> String {
  var lines = [style.bold(printable(holds.message))]
  if holds.holds.isEmpty {
    lines += ["", "No hold is in force."]
  } else {
    lines += ["", "In force"] + holdLines(holds.holds, style)
  }
  return lines.joined(separator: "\n") + "\n"
}

/// Two lines for each hold: what is held until when, and who says so why.
func holdLines(_ holds: [Hold], _ style: Style) -> [String] {
  holds.flatMap { hold in
    [
      "  " + style.yellow(hold.patch.map(printable) ?? "everything on this host")
        + (hold.until.map { ": held until \($0)" } ?? ": held until someone resumes it"),
      "    \(printable(hold.by)), \(hold.since): \(printable(hold.reason))",
    ]
  }
}
