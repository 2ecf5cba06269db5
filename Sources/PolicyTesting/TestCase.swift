package import PolicyModel
internal import Shapes

/// A case, and the PolicyTest that it stands in.
package struct TestCase: Sendable {
  package let document: String
  package let definition: PolicyTest.Case

  package var name: String { definition.name.value }
  /// By which `--run` finds it.
  package var title: String { "\(document)/\(name)" }
}

extension PolicySet {
  /// The cases of all PolicyTests, in the order of the documents.
  package var testCases: [TestCase] {
    tests.flatMap { test in
      test.spec.cases.map { TestCase(document: test.metadata.name.value.text, definition: $0) }
    }
  }
}
