package import JSONText

/// A length of time as people write it: `60s`, `10m`, `4h`, `2d`.
extension Duration: ShapedValue, JSONValue {
  private static let units: [(unit: Character, seconds: Int)] = [
    ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
  ]

  package static let form = TextForm(
    "a length of time such as 60s, 10m, 4h or 2d",
    TextPattern(.characters("0-9", 1...7), .characters("smhd", 1...1)),
    examples: ["60s", "10m", "4h", "2d"], advice: { advice(on: $0) })

  package init<S: ValueShape>(value shape: inout S) {
    self = shape.text(Duration.form, or: .zero) { Duration(shortText: $0) }
  }

  /// Nil for a text that is not of the form.
  package init?(shortText text: String) {
    guard Duration.form.pattern?.matches(text) == true,
      let unit = Duration.units.first(where: { $0.unit == text.last }),
      let count = Int(text.dropLast())
    else { return nil }
    self = .seconds(count * unit.seconds)
  }

  /// In the largest unit that divides it; fractions of a second are dropped.
  package var shortText: String {
    let seconds = Int(components.seconds)
    let unit = Duration.units.first { seconds % $0.seconds == 0 && seconds != 0 } ?? ("s", 1)
    return "\(seconds / unit.seconds)\(unit.unit)"
  }

  package func write(to writer: inout JSONWriter) { writer.string(shortText) }
}
