package import Documents

/// What `hold`, `resume` or `mark-shutdown` did, for a person; and the holds that are in force now, where
/// the command was about them (`lists`).
package func text(of holds: Holds, lists: Bool, _ style: Style) -> String {
  var lines = [style.bold(printable(holds.message))]
  if lists {
    lines +=
      holds.holds.isEmpty
      ? ["", "No hold is in force."] : ["", "In force"] + holdLines(holds.holds, style)
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
