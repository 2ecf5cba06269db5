internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import JSONText
internal import PolicyModel
internal import Shapes
internal import SystemPackage

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of a kind of document.",
    discussion: """
      For editors and for checks without klpolicy: the schema is written by the same description \
      that klpolicy reads documents with. Without KIND it lists the kinds.
      """)

  /// Every kind that is read or printed, those that people write first.
  private static var kinds: [DocumentKind] {
    let types: [any DocumentType.Type] = [
      Policy.self, PatchSet.self, MaintenanceCalendar.self, PolicyTest.self, HostConfiguration.self,
      HostSnapshot.self, Plan.self, Report.self, Explanation.self, Status.self, Inspection.self,
      Validation.self, Holds.self, Windows.self, TestReport.self, GateRequest.self,
      HookRequest.self,
      RunHistory.self, FleetSummary.self,
    ]
    return types.map(DocumentKind.init)
  }

  @Argument(
    help: "\(kinds.map(\.name).dropLast().joined(separator: ", ")) or \(kinds.last?.name ?? "").")
  var kind: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard let kind, SchemaCommand.kind(named: kind) == nil else { return }
    let names = SchemaCommand.kinds.map(\.name)
    let advice =
      nearest(to: kind, among: names).map { "did you mean \($0.quoted)?" }
      ?? "the kinds are \(names.quotedList("and"))"
    throw ValidationError("\(kind.quoted) is no kind of document: \(advice)")
  }

  func run() throws {
    if let kind = kind.flatMap(SchemaCommand.kind(named:)) {
      try output.write(kind.schema)
    } else {
      try output.write(SchemaCommand.kinds) { _ in
        let width = SchemaCommand.kinds.map(\.name.count).max() ?? 0
        return SchemaCommand.kinds.map { kind in
          let space = String(repeating: " ", count: width - kind.name.count + 2)
          return kind.name + space + kind.about + "\n"
        }.joined()
      }
    }
  }

  private static func kind(named name: String) -> DocumentKind? {
    kinds.first { $0.name == name }
  }
}

extension DocumentType {
  fileprivate static var schema: [UInt8] { Shapes.schema(of: Self.self) }
}

/// A type of document as the list of kinds has it.
private struct DocumentKind: JSONObject {
  let type: any DocumentType.Type

  var name: String { type.kind }
  var about: String { type.about }
  var schema: [UInt8] { type.schema }

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("kind", name)
    object.field("about", about)
  }
}
