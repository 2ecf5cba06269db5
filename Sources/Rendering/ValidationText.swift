package import Diagnostics
package import Documents

/// What was checked, when nothing is wrong with it: `3 policies and 1 patch set are valid.`
package func text(of validation: Validation, _ style: Style) -> String {
  let counts = validation.checked.map { counted($0.count, noun(of: $0.kind)) }
  let list =
    switch counts.count {
    case 0: "nothing"
    case 1: counts[0]
    default: counts.dropLast().joined(separator: ", ") + " and " + counts[counts.count - 1]
    }
  let isOne = validation.checked.count == 1 && validation.checked[0].count == 1
  return "\(list) \(isOne ? "is" : "are") valid.\n"
}

/// `2 errors, 1 warning in 3 files`: a last line below what is wrong; none where nothing is.
package func summary(of diagnostics: [Diagnostic]) -> String {
  if diagnostics.isEmpty { return "" }
  let errors = diagnostics.count { $0.severity == .error }
  let warnings = diagnostics.count - errors
  let files = Set(diagnostics.compactMap(\.location?.path)).count
  let counts = [
    errors == 0 ? nil : counted(errors, "error"),
    warnings == 0 ? nil : counted(warnings, "warning"),
  ].compactMap(\.self).joined(separator: ", ")
  return counts + (files == 0 ? "" : " in \(counted(files, "file"))") + "\n"
}

private func noun(of kind: String) -> String {
  switch kind {
  case "Policy": "policy"
  case "PatchSet": "patch set"
  case "MaintenanceCalendar": "calendar"
  case "PolicyTest": "test document"
  default: "\(kind) document"
  }
}

/// `1 policy`, `2 policies`.
func counted(_ count: Int, _ noun: String) -> String {
  if count == 1 { return "1 \(noun)" }
  return "\(count) " + (noun.hasSuffix("y") ? "\(noun.dropLast())ies" : "\(noun)s")
}
