internal import Documents
internal import Shapes

/// A week as a picture: a line for each day, a column for each half hour of its clocks.
///
/// A day on which the clocks change is drawn as they show it: what they skip is blank, and what
/// they show twice has a line of its own.
func picture(_ schedule: PatchingSchedule, at now: Timestamp, _ style: Style) -> [String] {
  let rows = schedule.week.days.flatMap { dayRows($0, schedule.week, at: now) }
  var lines = ["The week, \(schedule.timeZone)", "", hourLine]
  for row in rows {
    lines.append(trimmed(padded(row.label, labelWidth) + drawn(row.cells, style) + row.remark))
    if let mark = row.now { lines.append(nowLine(mark, style)) }
  }
  let used = Set(rows.flatMap(\.cells))
  let legend = Cell.allCases.filter { used.contains($0) && $0 != .skipped }
    .map { "\($0.rawValue) \($0.meaning)" }
  return lines + ["", String(repeating: " ", count: labelWidth) + legend.joined(separator: "   ")]
}

/// Half an hour.
private enum Cell: Character, CaseIterable {
  case open = "█"
  case partly = "▌"
  case frozenWindow = "▒"
  case frozen = "░"
  case closed = "·"
  case skipped = " "

  var meaning: String {
    switch self {
    case .open: "open"
    case .partly: "open for a part"
    case .frozenWindow: "a window, frozen"
    case .frozen: "frozen"
    case .closed: "closed"
    case .skipped: ""
    }
  }
}

private struct Row {
  var label: String
  var cells: [Cell]
  /// What is unusual about the day.
  var remark = ""
  /// The column of the current moment, and its time.
  var now: (column: Int, clock: String)?
}

private let cellCount = 48
private let cellSeconds = 1_800
private let labelWidth = 12

/// The hours above their columns.
private let hourLine: String = {
  let hours = stride(from: 0, to: 24, by: 2).map { padded("\($0)", 4) }
  return trimmed(String(repeating: " ", count: labelWidth) + hours.joined())
}()

/// The line of a day, and another one for what its clocks show a second time.
private func dayRows(
  _ day: PatchingSchedule.Day, _ week: PatchingSchedule.Week, at now: Timestamp
) -> [Row] {
  // Of each line: which moments a column is made of.
  var passes: [[[PatchingSchedule.Span]]] = []
  var marks: [(column: Int, clock: String)?] = []
  var shown = 0
  for stretch in day.stretches {
    let start = stretch.start.secondOfDay
    let seconds = stretch.end.secondsSinceEpoch - stretch.start.at.secondsSinceEpoch
    for (from, to, pass) in [
      (start, min(start + seconds, shown), 1), (max(start, shown), start + seconds, 0),
    ] where from < to {
      while passes.count <= pass {
        passes.append(Array(repeating: [], count: cellCount))
        marks.append(nil)
      }
      let beginning = stretch.start.at.secondsSinceEpoch - start
      for column in from / cellSeconds..<min(cellCount, (to + cellSeconds - 1) / cellSeconds) {
        let cell = PatchingSchedule.Span(
          start: Timestamp(
            secondsSinceEpoch: beginning + max(from, column * cellSeconds)),
          end: Timestamp(
            secondsSinceEpoch: beginning + min(to, (column + 1) * cellSeconds)))
        passes[pass][column].append(cell)
        if cell.start <= now, now < cell.end {
          marks[pass] = (column, ZonedTime(now, offset: stretch.start.offset).clock)
        }
      }
    }
    shown = max(shown, start + seconds)
  }
  let length = day.stretches.reduce(0) {
    $0 + $1.end.secondsSinceEpoch - $1.start.at.secondsSinceEpoch
  }
  return passes.indices.map { pass in
    Row(
      label: pass == 0 ? label(day) : "  again", cells: passes[pass].map { cell(of: $0, week) },
      remark: pass == 0 && length != 86_400 ? "  \(hours(length)) hours" : "", now: marks[pass])
  }
}

private func cell(of moments: [PatchingSchedule.Span], _ week: PatchingSchedule.Week) -> Cell {
  func seconds(_ spans: [PatchingSchedule.Span]) -> Int {
    moments.reduce(0) { sum, moment in sum + spans.reduce(0) { $0 + $1.overlap(moment) } }
  }
  let all = seconds(moments)
  if all == 0 { return .skipped }
  let open = seconds(week.open)
  if open >= all { return .open }
  if open > 0 { return .partly }
  if seconds(week.frozen) == 0 { return .closed }
  return seconds(week.windows) > 0 ? .frozenWindow : .frozen
}

extension PatchingSchedule.Span {
  /// The seconds that two have in common.
  fileprivate func overlap(_ other: PatchingSchedule.Span) -> Int {
    max(
      0,
      min(end, other.end).secondsSinceEpoch - max(start, other.start).secondsSinceEpoch)
  }
}

/// `Tue 24 Nov`.
private func label(_ day: PatchingSchedule.Day) -> String {
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  let noon = Timestamp(secondsSinceEpoch: day.date.daysSinceEpoch * 86_400)
  let number = day.date.day < 10 ? " \(day.date.day)" : "\(day.date.day)"
  return "\(ZonedTime(noon, offset: 0).weekday) \(number) \(months[day.date.month - 1])"
}

/// `25`, `23.5`.
private func hours(_ seconds: Int) -> String {
  seconds % 3_600 == 0 ? "\(seconds / 3_600)" : "\(Double(seconds / 360) / 10)"
}

/// Cells of one kind share their colour.
private func drawn(_ cells: [Cell], _ style: Style) -> String {
  var text = ""
  var rest = cells[...]
  while let first = rest.first {
    let run = rest.prefix { $0 == first }
    rest = rest.dropFirst(run.count)
    let characters = String(run.map(\.rawValue))
    switch first {
    case .open, .partly: text += style.green(characters)
    case .frozenWindow, .frozen: text += style.red(characters)
    case .closed: text += style.dim(characters)
    case .skipped: text += characters
    }
  }
  return text
}

private func nowLine(_ mark: (column: Int, clock: String), _ style: Style) -> String {
  let column = labelWidth + mark.column
  let words = "now, \(mark.clock)"
  if mark.column + words.count + 2 <= cellCount {
    return String(repeating: " ", count: column) + style.cyan("^ " + words)
  }
  return String(repeating: " ", count: column - words.count - 1) + style.cyan(words + " ^")
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// Without blanks at the end.
private func trimmed(_ line: String) -> String {
  String(line.reversed().drop { $0 == " " }.reversed())
}
