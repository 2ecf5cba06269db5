package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let duplicatePolicy = Diagnostic.Code(
    "duplicate-policy", "Two policies have the same name, by which the patches they own are known.")
}

struct UniquePolicyNames: Rule {
  func check(_ policies: [Policy], _ findings: inout [Diagnostic]) {
    var first: [PolicyName: Located<PolicyName>] = [:]
    for name in policies.map(\.name) where !name.value.text.isEmpty {
      guard let earlier = first[name.value] else {
        first[name.value] = name
        continue
      }
      findings.append(
        Diagnostic(
          .duplicatePolicy, "another policy is called \(name.value.text.quoted)",
          at: name.location, advice: "give each policy a name of its own",
          notes: [Diagnostic.Note("the other one", at: earlier.location)]))
    }
  }
}
