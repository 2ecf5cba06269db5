import Documents
import Shapes
import SystemPackage
import Testing

/// The committed schemas are what the documents are read and written by.
@Suite struct SchemaTests {
  /// Write one anew with: klpolicy schema KIND > schemas/FILE
  @Test(
    "A committed schema is that of its document",
    arguments: [
      ("host-snapshot.json", schema(of: HostSnapshot.self)),
      ("plan.json", schema(of: Plan.self)),
      ("report.json", schema(of: Report.self)),
      ("status.json", schema(of: Status.self)),
    ])
  func committed(name: String, schema: [UInt8]) throws {
    let path = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent().appending("schemas").appending(name)
    let file = try FileDescriptor.open(path, .readOnly)
    let text = try file.closeAfter {
      var bytes = [UInt8](repeating: 0, count: schema.count + 1)
      let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      return Array(bytes[..<count])
    }
    #expect(text == schema, "klpolicy schema KIND > schemas/\(name)")
  }
}
