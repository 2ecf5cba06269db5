internal import Shapes

/// A day of the week, as policies write it.
package enum Weekday: String, CaseIterable, Hashable, Sendable, ShapedValue {
  case monday = "Mon"
  case tuesday = "Tue"
  case wednesday = "Wed"
  case thursday = "Thu"
  case friday = "Fri"
  case saturday = "Sat"
  case sunday = "Sun"

  /// 0 for Sunday to 6 for Saturday, as cron and POSIX have it.
  var number: Int {
    switch self {
    case .sunday: 0
    case .monday: 1
    case .tuesday: 2
    case .wednesday: 3
    case .thursday: 4
    case .friday: 5
    case .saturday: 6
    }
  }
}
