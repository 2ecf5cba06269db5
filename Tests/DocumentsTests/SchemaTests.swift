import Documents
import Files
import Shapes
import SystemPackage
import Testing

/// The committed schemas are what the documents are read and written by.
@Suite struct SchemaTests {
  /// Write one anew with: klpolicy schema KIND > schemas/FILE
  @Test(
    "A committed schema is that of its document",
    arguments: ["host-snapshot", "plan", "report", "status", "validation"])
  func committed(name: String) throws {
    let due =
      switch name {
      case "host-snapshot": schema(of: HostSnapshot.self)
      case "plan": schema(of: Plan.self)
      case "report": schema(of: Report.self)
      case "status": schema(of: Status.self)
      default: schema(of: Validation.self)
      }
    let path = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent().appending("schemas").appending(name + ".schema.json")
    let committed = try readTrusted(path, trust: .unchecked, limit: 1 << 20)
    // Not the texts themselves: a failure would print them whole.
    let isSame = committed == due
    #expect(isSame, "klpolicy schema KIND > schemas/\(name).schema.json")
  }
}
