package import Shapes

/// The name of a time zone in the IANA database, which can name nothing else: no other file, not
/// the zone of this very host, and no copy that counts leap seconds.
package struct ZoneName: Hashable, Sendable {
  /// Empty for the placeholder of a name that was missing or wrong.
  package let text: String

  /// Known without any file.
  package static let utc = ZoneName(checked: "UTC")

  /// nil for a text that is no such name.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard ZoneName.pattern.matches(text), !parts.contains(""),
      !["posix", "right", "localtime", "posixrules"].contains(parts.first ?? "")
    else { return nil }
    self.text = text
  }

  private init(checked text: String) { self.text = text }
}

extension ZoneName: ShapedValue {
  private static let pattern = TextPattern(
    .characters("A-Za-z", 1...1), .characters("A-Za-z0-9+_/-", 0...63))

  private static let form = TextForm(
    "the name of a time zone such as UTC or Europe/Berlin", pattern,
    examples: ["UTC", "Europe/Berlin"]
  ) { text in
    ZoneName.named(forOffset: text).map { "write \($0), or better the name of a place" }
      ?? "write a name of the IANA time zone database, such as Europe/Berlin"
  }

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(ZoneName.form, or: ZoneName(checked: "")) { ZoneName($0) }
  }

  /// A place whose clocks have a time zone that is known by an abbreviation, such as `CET+1`.
  static func place(ofAbbreviation text: String) -> String? {
    switch text.uppercased().prefix(while: \.isLetter) {
    case "CET", "CEST", "MEZ", "MESZ": "Europe/Berlin"
    case "GMT", "BST": "Europe/London"
    case "EST", "EDT", "ET": "America/New_York"
    case "CST", "CDT", "CT": "America/Chicago"
    case "MST", "MDT", "MT": "America/Denver"
    case "PST", "PDT", "PT": "America/Los_Angeles"
    case "IST": "Asia/Kolkata"
    case "JST": "Asia/Tokyo"
    case "MSK": "Europe/Moscow"
    default: nil
    }
  }

  /// What people mean by `+02:00`, `UTC+2` or `GMT-3`: zones whose names have the opposite sign.
  static func named(forOffset text: String) -> String? {
    var rest = text[...]
    for prefix in ["UTC", "GMT"] where rest.uppercased().hasPrefix(prefix) {
      rest = rest.dropFirst(prefix.count)
      break
    }
    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
    var digits = rest.dropFirst()
    if digits.hasSuffix(":00") { digits = digits.dropLast(3) }
    guard digits.utf8.count <= 2, let hours = Int(digits), (0...14).contains(hours) else {
      return nil
    }
    if hours == 0 { return "UTC" }
    return sign == "+" ? "Etc/GMT-\(hours)" : hours <= 12 ? "Etc/GMT+\(hours)" : nil
  }
}
