import Files
import Nodes
import PolicyModel
import SystemPackage
import Testing

/// The repository that the tests were built in.
private let repository = FilePath(#filePath).removingLastComponent().removingLastComponent()
  .removingLastComponent()

@Suite struct `What the repository offers` {
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
