import Files
import Nodes
import PolicyModel
import Shapes
import SystemPackage
import Testing

/// The repository that the tests were built in.
private let repository = FilePath(#filePath).removingLastComponent().removingLastComponent()
  .removingLastComponent()

@Suite struct `What the repository offers` {
  /// Write it anew with: klpolicy schema Policy > schemas/policy.schema.json
  @Test func `schemas/policy.schema.json is the schema of the policies that are read`() throws {
    let path = repository.appending("schemas").appending("policy.schema.json")
    let committed = try readTrusted(path, trust: .unchecked, limit: 1 << 20)
    #expect(
      String(decoding: committed, as: UTF8.self)
        == String(decoding: schema(of: Policy.self), as: UTF8.self))
  }

  @Test func `each policy to start from is valid`() throws {
    let directory = repository.appending("policies")
    let files = try listTrusted(directory, trust: .unchecked)
      .filter { $0.name.extension == "yaml" }.map { directory.appending($0.name) }
    try #require(!files.isEmpty)
    for file in files {
      let (set, diagnostics) = PolicySet.load([file], trust: .unchecked)
      #expect(set != nil, "\(diagnostics)")
    }
  }
}
