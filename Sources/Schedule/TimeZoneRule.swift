internal import Shapes

/// A POSIX `TZ` string with RFC 9636's extensions: what holds in all years after a zone's last
/// transition.
///
/// `CET-1CEST,M3.5.0,M10.5.0/3`, `<+03>-3`, `IST-1GMT0,M10.5.0,M3.5.0/1`.
struct TimeZoneRule: Hashable, Sendable {
  /// A day of each year, and a time on it in seconds from its midnight, which may lie days away.
  struct YearlyMoment: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// `Jn`: 1 to 365, where 29 February is never counted.
      case julian(Int)
      /// `n`: 0 to 365, where it is.
      case ofYear(Int)
      /// `Mm.w.d`: weekday `d` from Sunday, in week 1 to 5 of month `m`; 5 is the last.
      case weekday(Int, week: Int, month: Int)
    }

    var day: Day
    var time: Int
  }

  struct SavingTime: Hashable, Sendable {
    /// Seconds ahead of UTC.
    var offset: Int
    var start: YearlyMoment
    var end: YearlyMoment
  }

  /// Seconds ahead of UTC, in standard time.
  var offset: Int
  var saving: SavingTime?

  /// The time around a moment with one offset.
  func segment(at instant: Int) -> Zone.Segment {
    var segment = Zone.Segment(start: Zone.always.start, end: Zone.always.end, offset: offset)
    guard let saving else { return segment }
    guard let year = CalendarDate(daysSinceEpoch: dayNumber(instant))?.year else { return segment }
    // A rule's moment may lie in the year before or after its own, so the neighbours are looked
    // at too. Saving time that begins where it ends goes on: RFC 9636 writes "all year" so.
    var changes: [(at: Int, isSaving: Int, offset: Int)] = []
    for year in (year - 2)...(year + 2) {
      changes.append((saving.start.seconds(in: year) - offset, 1, saving.offset))
      changes.append((saving.end.seconds(in: year) - saving.offset, 0, offset))
    }
    changes.sort { ($0.at, $0.isSaving) < ($1.at, $1.isSaving) }
    for change in changes {
      if change.at > instant {
        segment.end = change.at
        break
      }
      (segment.start, segment.offset) = (change.at, change.offset)
    }
    return segment
  }
}

extension TimeZoneRule.YearlyMoment {
  /// Seconds of local time since the epoch.
  func seconds(in year: Int) -> Int {
    let newYear = daysSinceEpoch(year, 1, 1)
    let day =
      switch self.day {
      case .julian(let number):
        newYear + number - 1 + (isLeapYear(year) && number >= 60 ? 1 : 0)
      case .ofYear(let number): newYear + number
      case .weekday(let weekday, let week, let month):
        weekdayOfMonth(
          weekday, week: week, firstOfMonth: daysSinceEpoch(year, month, 1),
          next:
            month == 12 ? daysSinceEpoch(year + 1, 1, 1) : daysSinceEpoch(year, month + 1, 1))
      }
    return day * secondsPerDay + time
  }

  private func weekdayOfMonth(_ weekday: Int, week: Int, firstOfMonth: Int, next: Int) -> Int {
    let first = firstOfMonth + (weekday - weekdayNumber(firstOfMonth) + 7) % 7
    let day = first + (week - 1) * 7
    return day < next ? day : day - 7
  }
}

/// 0 for Sunday to 6 for Saturday.
func weekdayNumber(_ daysSinceEpoch: Int) -> Int {
  let number = (daysSinceEpoch + 4) % 7
  return number < 0 ? number + 7 : number
}

private func isLeapYear(_ year: Int) -> Bool {
  year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The same as `CalendarDate`'s, for years beside those that a date can have.
private func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
  let shifted = month <= 2 ? year - 1 : year
  let era = (shifted >= 0 ? shifted : shifted - 399) / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}
