import Diagnostics
import Nodes
import PolicySyntax
import Schedule
import Shapes
import Testing

/// A document with windows and freezes, as a policy has them.
struct Maintenance: DocumentType {
  static let kind = "Maintenance"
  static let about = "Windows and freezes."

  var windows: [WindowDefinition]
  var freezes: [FreezeDefinition]

  init<S: Shape>(_ shape: inout S) {
    windows = shape.optional("windows", "when changes may be made") ?? []
    freezes = shape.optional("freezes", "when they may not") ?? []
  }
}

/// Decodes `windows:` and `freezes:`.
func decodeMaintenance(
  _ text: String
) -> (document: Maintenance?, diagnostics: [Diagnostic]) {
  let text = "apiVersion: klpolicy/v1\nkind: Maintenance\n" + text
  let (table, problems) = readYAML(SourceText(path: "p.yaml", bytes: Array(text.utf8)))
  #expect(problems == [])
  return decode(Maintenance.self, from: table)
}

/// `2 conflicting-keys message (advice)`, with the place inside of the text given.
func lines(_ diagnostics: [Diagnostic]) -> [String] {
  diagnostics.map { diagnostic in
    let position = diagnostic.location?.position
    let place = position.map { "\(Int($0.line) - 2):\($0.column) " } ?? ""
    let advice = diagnostic.advice.map { " (\($0))" } ?? ""
    return "\(place)\(diagnostic.code) \(diagnostic.message)\(advice)"
  }
}

struct InvalidSample: Error { var diagnostics: [Diagnostic] }

/// The schedule of some policies, each given by the items of its `windows`, and of freezes. Their
/// zones are the system's.
func schedule(_ policies: [[String]], freezes: [String] = []) throws -> Schedule {
  var zones = Zones(.system)
  let groups = try policies.map { items in
    try maintenance(windows: items).windows.compactMap { zones.window($0) }
  }
  let frozen = try maintenance(freezes: freezes).freezes.compactMap { zones.freeze($0) }
  if !zones.diagnostics.isEmpty { throw InvalidSample(diagnostics: zones.diagnostics) }
  return Schedule(groups: groups, freezes: frozen)
}

private func maintenance(
  windows: [String] = [], freezes: [String] = []
) throws -> Maintenance {
  let items = [("windows", windows), ("freezes", freezes)].map { key, items in
    "\(key): [\(items.map { "{\($0)}" }.joined(separator: ", "))]\n"
  }
  let (document, diagnostics) = decodeMaintenance(items.joined())
  guard let document else { throw InvalidSample(diagnostics: diagnostics) }
  return document
}

/// From RFC 3339, with any offset.
func instant(_ text: String) throws -> Instant {
  Instant(secondsSinceEpoch: try #require(RFC3339.secondsSinceEpoch(text)))
}

/// `2026-03-29T01:00Z to 2026-03-29T05:00Z`, or without an end.
func text(_ opening: Opening) -> String {
  "\(short(opening.start)) to \(opening.endInstant.map(short) ?? "...")"
}

func short(_ instant: Instant) -> String {
  instant.description.replacing(":00Z", with: "Z")
}

/// SplitMix64: the same for the same seed, everywhere.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// The zone that bytes in the TZif format are.
func readZone(_ bytes: [UInt8]) throws -> Zone {
  var zones = Zones(ZoneDatabase(read: { _ in .success(bytes) }))
  guard let zone = zones.zone(named("Test/Zone")) else {
    throw InvalidSample(diagnostics: zones.diagnostics)
  }
  return zone
}

/// A name of a zone as if it stood in a policy.
func named(_ text: String) -> Located<ZoneName>? {
  let place = Place(
    source: SourceText(path: "p.yaml", bytes: Array("timeZone: \(text)".utf8)),
    position: Position(line: 1, column: 11))
  return ZoneName(text).map { Located($0, at: place) }
}

extension Dice {
  /// One of some values.
  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &self)]
  }
}
