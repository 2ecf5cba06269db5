internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import PolicyModel
internal import Shapes
internal import SystemPackage

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of a kind of document.",
    discussion: """
      For editors and for checks without klpolicy: the schema is written by the same description \
      that klpolicy reads documents with.
      """)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case policy = "Policy"
    case hostSnapshot = "HostSnapshot"
    case plan = "Plan"
    case report = "Report"
    case status = "Status"
    case validation = "Validation"
  }

  @Argument(help: "Policy, HostSnapshot, Plan, Report, Status or Validation.")
  var kind: Kind

  @OptionGroup var output: OutputOptions

  func run() throws {
    let bytes =
      switch kind {
      case .policy: schema(of: Policy.self)
      case .hostSnapshot: schema(of: HostSnapshot.self)
      case .plan: schema(of: Plan.self)
      case .report: schema(of: Report.self)
      case .status: schema(of: Status.self)
      case .validation: schema(of: Validation.self)
      }
    try output.write(bytes)
  }
}
