package import Documents
internal import Shapes

/// When policies let changes be made, for a person: what holds now, what comes next, and a picture
/// of the week.
package func text(of windows: Windows, _ style: Style) -> String {
  var parts = windows.schedules.map { lines(of: $0, at: windows.at, style) }
  if windows.hostname != nil, parts.isEmpty {
    parts = [["No given policy binds a change here."]]
  }
  if let hostname = windows.hostname {
    parts.insert([style.bold("When \(printable(hostname)) may be changed")], at: 0)
  }
  return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
}

private func lines(of schedule: PatchingSchedule, at now: Timestamp, _ style: Style) -> [String] {
  var lines = [heading(schedule, style)]
  if schedule.windows.isEmpty, schedule.freezes.isEmpty {
    return lines + ["  no windows, no freezes: changes may be made at any time"]
  }
  lines += stateLines(schedule, at: now, style)
  lines += windowLines(schedule, style)
  lines += openingLines(schedule, at: now, style)
  lines += freezeLines(schedule, at: now, style)
  lines += [""] + picture(schedule, at: now, style).map { $0.isEmpty ? "" : "  " + $0 }
  return lines
}

private func heading(_ schedule: PatchingSchedule, _ style: Style) -> String {
  func named(_ one: String, _ many: String, _ names: [String]) -> String {
    (names.count == 1 ? one : many) + " " + names.map(printable).joined(separator: ", ")
  }
  let policies = named("policy", "policies", schedule.policies)
  guard let patches = schedule.patches else {
    return style.bold(policies.prefix(1).uppercased() + policies.dropFirst())
  }
  if patches.isEmpty { return style.bold("What is taken off") + " (\(policies))" }
  return style.bold(named("Patch", "Patches", patches)) + " (\(policies))"
}

private func stateLines(
  _ schedule: PatchingSchedule, at now: Timestamp, _ style: Style
) -> [String] {
  let next = schedule.openings.first
  let opens =
    next.map { "opens \(moment($0.start)), \(distance(from: now, to: $0.start.at))" }
    ?? "does not open within eight years"
  switch schedule.state {
  case .open:
    guard let next, let end = next.end else {
      return ["  " + style.green("open now") + ", and stays open"]
    }
    let closing = next.endsBy == .freeze ? ", when a freeze begins" : ""
    return [
      "  " + style.green("open now")
        + ", until \(moment(end)), \(distance(from: now, to: end.at))\(closing)"
    ]
  case .closed: return ["  " + style.yellow("closed now") + ", \(opens)"]
  case .frozen:
    let names = schedule.freezes.filter { $0.start.at <= now && now < $0.end.at }
      .flatMap(\.names).map { printable($0.name) }
    return ["  " + style.red("frozen now") + " by \(uniqued(names)), \(opens)"]
  }
}

private func windowLines(_ schedule: PatchingSchedule, _ style: Style) -> [String] {
  if schedule.windows.isEmpty { return ["  no window is needed; the freezes hold"] }
  var lines = ["", "  Windows"]
  for window in schedule.windows {
    let name = window.name.name == window.about ? "" : "\(printable(window.name.name)): "
    lines.append("    " + name + printable(window.about))
    lines.append(
      style.dim("      policy \(printable(window.name.policy)), \(printable(window.source))"))
  }
  if Set(schedule.windows.map(\.name.policy)).count > 1 {
    lines.append("    a change needs an open window of each policy")
  }
  for urgency in schedule.urgent.prefix(1) {
    let severity = urgency.severity == "critical" ? "critical" : "\(urgency.severity) and worse"
    lines.append(
      "    patches that are \(severity) need no window"
        + (urgency.freezes ? ", and no freeze holds them" : "; freezes hold them too"))
  }
  return lines
}

private func openingLines(
  _ schedule: PatchingSchedule, at now: Timestamp, _ style: Style
) -> [String] {
  if schedule.openings.isEmpty { return [] }
  let zones = Set(schedule.openings.map(\.timeZone))
  var lines = ["", "  Openings" + (zones.count == 1 ? ", \(schedule.openings[0].timeZone)" : "")]
  var columns = Columns()
  for opening in schedule.openings {
    let isUTC = opening.timeZone == "UTC"
    columns.add(
      range(opening.start, opening.end),
      opening.end.map { length($0.at.secondsSinceEpoch - opening.start.at.secondsSinceEpoch) }
        ?? "",
      isUTC ? "" : utcRange(opening.start.at, opening.end?.at),
      zones.count == 1 ? "" : opening.timeZone)
  }
  for (opening, text) in zip(schedule.openings, columns.lines(indent: 4, style: dim(2, style))) {
    lines.append(text)
    var remarks = [named(opening.windows, schedule)]
    if opening.start.at == now { remarks.insert("open now", at: 0) }
    if opening.endsBy == .freeze { remarks.append("a freeze ends it") }
    let remark = remarks.filter { !$0.isEmpty }.joined(separator: ", ")
    if !remark.isEmpty { lines.append(style.dim("      " + remark)) }
  }
  return lines
}

private func freezeLines(
  _ schedule: PatchingSchedule, at now: Timestamp, _ style: Style
) -> [String] {
  if schedule.freezes.isEmpty { return [] }
  let zones = Set(schedule.freezes.map(\.timeZone))
  var lines = ["", "  Freezes" + (zones.count == 1 ? ", \(schedule.freezes[0].timeZone)" : "")]
  var columns = Columns()
  for freeze in schedule.freezes {
    columns.add(
      range(freeze.start, freeze.end),
      length(freeze.end.at.secondsSinceEpoch - freeze.start.at.secondsSinceEpoch),
      freeze.timeZone == "UTC" ? "" : utcRange(freeze.start.at, freeze.end.at),
      zones.count == 1 ? "" : freeze.timeZone)
  }
  for (freeze, text) in zip(schedule.freezes, columns.lines(indent: 4, style: dim(2, style))) {
    let holds = freeze.start.at <= now ? "holds now, " : ""
    lines.append(text)
    lines.append(
      style.dim("      \(holds)\(named(freeze.names, schedule)), \(printable(freeze.source))"))
  }
  return lines
}

private func dim(_ dimmed: Int, _ style: Style) -> (Int, String) -> String {
  { column, cell in column == dimmed ? style.dim(cell) : cell }
}

/// Windows or freezes by name, with their policies where there are several.
private func named(_ names: [PatchingSchedule.Name], _ schedule: PatchingSchedule) -> String {
  uniqued(
    names.map { name in
      schedule.policies.count > 1
        ? "\(printable(name.name)) of \(printable(name.policy))" : printable(name.name)
    })
}

private func uniqued(_ names: [String]) -> String {
  var seen: Set<String> = []
  return names.filter { seen.insert($0).inserted }.joined(separator: " and ")
}

/// `Tue 2026-11-24 22:00`.
private func moment(_ time: ZonedTime) -> String { "\(time.weekday) \(time.date) \(time.clock)" }

/// `Tue 2026-11-24 22:00 to Wed 02:00`; the end has its date unless it is within a week.
private func range(_ start: ZonedTime, _ end: ZonedTime?) -> String {
  guard let end else { return "\(moment(start)) on" }
  if start.date == end.date { return "\(moment(start)) to \(end.clock)" }
  let isNear = end.date.daysSinceEpoch - start.date.daysSinceEpoch < 7
  return "\(moment(start)) to " + (isNear ? "\(end.weekday) \(end.clock)" : moment(end))
}

private func utcRange(_ start: Timestamp, _ end: Timestamp?) -> String {
  let from = ZonedTime(start, offset: 0)
  guard let to = end.map({ ZonedTime($0, offset: 0) }) else {
    return "\(from.weekday) \(from.clock) UTC"
  }
  let isNear = to.date.daysSinceEpoch - from.date.daysSinceEpoch < 7
  return isNear
    ? "\(from.weekday) \(from.clock) to \(to.weekday) \(to.clock) UTC"
    : "\(from.date) \(from.clock) to \(to.date) \(to.clock) UTC"
}

/// `in 1h 20m`.
private func distance(from now: Timestamp, to then: Timestamp) -> String {
  "in " + length(then.secondsSinceEpoch - now.secondsSinceEpoch)
}

/// The two largest units of a length of time: `15d`, `1h 30m`.
private func length(_ seconds: Int) -> String {
  let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]
  guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0s" }
  let rest = seconds % units[first].1
  let text = "\(seconds / units[first].1)\(units[first].0)"
  guard first + 1 < units.count, rest >= units[first + 1].1 else { return text }
  return text + " \(rest / units[first + 1].1)\(units[first + 1].0)"
}
