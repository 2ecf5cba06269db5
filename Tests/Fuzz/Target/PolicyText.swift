import Diagnostics
import Documents
import Nodes
import PolicyModel

/// A text is read as policies, and every diagnostic is made to the end.
func fuzzPolicyText(_ bytes: [UInt8]) {
  let (policies, diagnostics) = PolicySet.check(
    [SourceText(path: "fuzz.yaml", bytes: bytes)],
    at: Timestamp(secondsSinceEpoch: 1_795_000_000))
  precondition(policies == nil || !diagnostics.containsError, "policies with errors")
  precondition(policies != nil || diagnostics.containsError, "no policies, and no errors")
  for diagnostic in diagnostics {
    precondition(!diagnostic.message.isEmpty, "an error without words")
    guard let position = diagnostic.location?.position else { continue }
    precondition(position.line > 0 && position.column > 0, "a place that no file has")
  }
}
