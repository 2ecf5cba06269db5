package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let duplicatePolicy = Diagnostic.Code(
    "duplicate-policy",
    "Two policies have the same name, by which the patches they own are known.")
  package static let duplicateName = Diagnostic.Code(
    "duplicate-name", "Two documents of one kind have the same name.")
}

/// A document's name is its own among those of its kind: patches are owned by a policy's name, and
/// references and test results need one.
struct UniqueNames: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    let documents = context.documents
    check("policy", documents.policies.map(\.name), .duplicatePolicy, &findings)
    check("PatchSet", documents.patchSets.map(\.metadata.name), .duplicateName, &findings)
    check(
      "MaintenanceCalendar", documents.calendars.map(\.metadata.name), .duplicateName, &findings)
    check("PolicyTest", documents.tests.map(\.metadata.name), .duplicateName, &findings)
    for test in documents.tests {
      var first: [String: Located<String>] = [:]
      for name in test.spec.cases.map(\.name) where !name.value.isEmpty {
        if let earlier = first.updateValue(name, forKey: name.value) {
          findings.append(
            duplicate(.duplicateName, "case", name.value, at: name.location, earlier.location))
        }
      }
    }
  }

  private func check(
    _ what: String, _ names: [Located<DocumentName>], _ code: Diagnostic.Code,
    _ findings: inout [Diagnostic]
  ) {
    var first: [String: Located<DocumentName>] = [:]
    for name in names where !name.value.text.isEmpty {
      if let earlier = first[name.value.text] {
        findings.append(
          duplicate(code, what, name.value.text, at: name.location, earlier.location))
      } else {
        first[name.value.text] = name
      }
    }
  }

  private func duplicate(
    _ code: Diagnostic.Code, _ what: String, _ name: String, at location: Location,
    _ earlier: Location
  ) -> Diagnostic {
    Diagnostic(
      code, "another \(what) is called \(name.quoted)", at: location,
      advice: "give each \(what) a name of its own",
      notes: [Diagnostic.Note("the other one", at: earlier)])
  }
}
