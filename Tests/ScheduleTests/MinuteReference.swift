import Schedule
import Shapes

/// A window as the tests know it, which writes itself as a policy does.
struct RandomWindow: CustomStringConvertible {
  enum Opening {
    /// Weekdays from Sunday; nil is every day.
    case weekly(days: [Int]?, start: Int)
    case cron(minutes: [Int], hours: [Int], days: [Int]?, weekdays: [Int]?)
  }

  enum Closing {
    case after(minutes: Int)
    case at(Int)
  }

  var opening: Opening
  var closing: Closing
  var zone: String

  /// The minutes after midnight at which it opens on a day.
  func starts(on day: Int) -> [Int] {
    let weekday = ((day + 4) % 7 + 7) % 7
    switch opening {
    case .weekly(let days, let start): return days?.contains(weekday) ?? true ? [start] : []
    case .cron(let minutes, let hours, let days, let weekdays):
      let dayOfMonth = CalendarDate(daysSinceEpoch: day)?.day ?? 0
      let isDue =
        switch (days, weekdays) {
        case (nil, nil): true
        case (let days?, nil): days.contains(dayOfMonth)
        case (nil, let weekdays?): weekdays.contains(weekday)
        case (let days?, let weekdays?): days.contains(dayOfMonth) || weekdays.contains(weekday)
        }
      return isDue ? hours.flatMap { hour in minutes.map { hour * 60 + $0 } } : []
    }
  }

  var description: String {
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    func list(_ numbers: [Int]?) -> String {
      numbers.map { $0.map(String.init).joined(separator: ",") } ?? "*"
    }
    func clock(_ minutes: Int) -> String {
      [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
    let opens =
      switch opening {
      case .weekly(let days, let start):
        (days.map { "days: [\($0.map { names[$0] }.joined(separator: ", "))], " } ?? "")
          + "start: \(clock(start))"
      case .cron(let minutes, let hours, let days, let weekdays):
        "cron: \"\(list(minutes)) \(list(hours)) \(list(days)) * \(list(weekdays))\""
      }
    let closes =
      switch closing {
      case .after(let minutes): "duration: \(minutes)m"
      case .at(let minutes): "end: \(clock(minutes))"
      }
    return "\(opens), \(closes), timeZone: \(zone)"
  }
}

/// A freeze as the tests know it: from and to in minutes of local time since the epoch.
struct RandomFreeze: CustomStringConvertible {
  var from: Int
  var to: Int
  var zone: String

  var description: String {
    let texts = [from, to].map { RFC3339.text(secondsSinceEpoch: $0 * 60).dropLast(4) }
    return "from: \(texts[0]), to: \(texts[1]), timeZone: \(zone)"
  }
}

/// What the clocks of a zone show at each minute of some days, to look times up by searching.
struct MinuteTable {
  let first: Int
  /// Minutes of local time since the epoch, for each minute from `first` on.
  private var local: [Int] = []
  private var shown: [Int: (first: Int, last: Int)] = [:]

  init(_ zone: Zone, minutes: Range<Int>) {
    first = minutes.lowerBound
    func offset(_ minute: Int) -> Int {
      zone.offset(at: Instant(secondsSinceEpoch: minute * 60)) / 60
    }
    var (known, isChanging) = (offset(minutes.lowerBound), true)
    for minute in minutes {
      // Each minute is asked for in the quarters of an hour in which the clocks change: at
      // St. John's they did so a minute after midnight.
      if minute % 15 == 0 { isChanging = offset(minute - 1) != offset(minute + 14) }
      if isChanging { known = offset(minute) }
      local.append(minute + known)
      shown[minute + known] = (shown[minute + known]?.first ?? minute, minute)
    }
  }

  /// The days of which every local minute is in the table, if it exists.
  var days: Range<Int> {
    let least = (local.first ?? 0) / 1440 + 2
    return least..<max(least, (local.last ?? 0) / 1440 - 3)
  }

  /// The first and the last minute that show a local time; for one that is skipped, the first
  /// minute after it.
  func minutes(showing time: Int) -> (first: Int, last: Int)? {
    if let found = shown[time] { return found }
    for index in local.indices.dropFirst() where local[index - 1] < time && time < local[index] {
      return (first + index, first + index)
    }
    return nil
  }
}

/// Which minutes of some days are open, by going through all of them.
struct MinuteReference {
  let minutes: Range<Int>
  private(set) var open: [Bool]
  private(set) var frozen: [Bool]
  private var tables: [String: MinuteTable]

  init(
    _ minutes: Range<Int>, policies: [[RandomWindow]], freezes: [RandomFreeze],
    zones: [String: Zone]
  ) {
    self.minutes = minutes
    // The longest window lasts three days.
    let around = minutes.lowerBound - 8 * 1440..<minutes.upperBound + 8 * 1440
    tables = zones.mapValues { MinuteTable($0, minutes: around) }
    open = Array(repeating: true, count: minutes.count)
    frozen = Array(repeating: false, count: minutes.count)
    for windows in policies {
      var anyOpen = Array(repeating: false, count: minutes.count)
      for window in windows { mark(window, &anyOpen) }
      for index in open.indices { open[index] = open[index] && anyOpen[index] }
    }
    for freeze in freezes {
      guard let table = tables[freeze.zone], let start = table.minutes(showing: freeze.from),
        let end = table.minutes(showing: freeze.to)
      else { continue }
      set(start.first, end.last, &frozen)
    }
    for index in open.indices where frozen[index] { open[index] = false }
  }

  private func mark(_ window: RandomWindow, _ open: inout [Bool]) {
    guard let table = tables[window.zone] else { return }
    for day in table.days {
      for minute in window.starts(on: day) {
        guard let start = table.minutes(showing: day * 1440 + minute)?.first else { continue }
        switch window.closing {
        case .after(let length): set(start, start + length, &open)
        case .at(let end):
          let time = day * 1440 + (end > minute ? end : end + 1440)
          if let end = table.minutes(showing: time)?.first { set(start, end, &open) }
        }
      }
    }
  }

  private func set(_ start: Int, _ end: Int, _ bits: inout [Bool]) {
    let from = max(start, minutes.lowerBound)
    let until = min(end, minutes.upperBound)
    guard from < until else { return }
    for minute in from..<until { bits[minute - minutes.lowerBound] = true }
  }

  /// The open minutes as ranges.
  var openings: [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, isOpen) in open.enumerated() where isOpen {
      let minute = minutes.lowerBound + index
      if let last = ranges.last, last.upperBound == minute {
        ranges[ranges.count - 1] = last.lowerBound..<minute + 1
      } else {
        ranges.append(minute..<minute + 1)
      }
    }
    return ranges
  }
}
