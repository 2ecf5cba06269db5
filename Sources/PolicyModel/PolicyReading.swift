package import Diagnostics
package import Nodes

/// All that was learnt of policies by reading them, be they right or wrong.
package struct PolicyReading: Sendable {
  /// One document of a file, as far as it could be made out.
  package struct Document: Sendable {
    /// nil where its kind or version is none that is known.
    package let kind: String?
    /// nil where it has none that could be read.
    package let name: String?
    package let place: Place
  }

  /// nil if there is any error.
  package let set: PolicySet?
  /// All that is wrong with all files, in order.
  package let diagnostics: [Diagnostic]
  /// The files that could be read, in order.
  package let sources: [SourceText]
  /// Their documents, in order; none of what stands behind an error of syntax.
  package let documents: [Document]
}
