package import Documents

/// A saved plan for a person: the plan, where it comes from, and how to carry it out.
package func text(ofSaved plan: Plan, path: String, _ style: Style) -> String {
  var lines = [
    "", "Made for \(plan.at) by klpolicy \(printable(plan.toolVersion)); its digest is right:",
    style.dim("  \(printable(plan.digest))"),
  ]
  if let request = plan.request {
    let options = request.needs.map { need in
      " " + need + (need == "--override-window" ? " --reason TEXT" : "")
    }
    lines.append(
      "Carried out by: klpolicy reconcile --plan \(printable(path))" + options.joined())
  } else {
    lines.append("It was printed, not saved with --out, so it cannot be carried out.")
  }
  return text(of: plan, style) + lines.joined(separator: "\n") + "\n"
}
