package import Documents

/// What was done on a host, for a person: a line for each run and word, or with `isWhole` all that is
/// known of each.
package func text(of history: RunHistory, isWhole: Bool, _ style: Style) -> String {
  if history.runs.isEmpty { return "Nothing was done yet.\n" }
  if isWhole {
    return history.runs.map { runLines($0, style).joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }
  var columns = Columns()
  columns.add("RUN", "BY", "WHAT", "RESULT", "TOOK", "CHANGES")
  for run in history.runs {
    columns.add(
      printable(run.run), printable(run.by ?? "-"), printable(run.title), run.ending,
      run.length ?? "-", printable(run.summary))
  }
  let lines = columns.lines(indent: 0) { column, cell in
    column == 3 ? styled(ending: cell, style) : cell
  }
  return lines.enumerated().map { $0.offset == 0 ? style.bold($0.element) : $0.element }
    .joined(separator: "\n") + "\n"
}

private func runLines(_ run: PastRun, _ style: Style) -> [String] {
  var lines = [style.bold("\(printable(run.run)): \(printable(run.title))")]
  lines.append("  \(run.startedAt)" + (run.by.map { ", by \(printable($0))" } ?? ""))
  if let reason = run.reason {
    lines.append(
      "  " + (run.overridesWindow ? "windows overridden: " : "why: ") + printable(reason))
  }
  if let until = run.until { lines.append("  until \(until)") }
  let kernel = run.kernel.map { "kernel \(printable($0)), " } ?? ""
  lines.append(style.dim("  \(kernel)boot \(printable(run.bootID))"))
  var columns = Columns()
  for change in run.changes {
    columns.add(
      change.mark, change.action.rawValue, printable(change.module), printable(change.remark))
  }
  lines += columns.lines(indent: 2) { column, cell in
    column == 0 ? styled(ending: cell, style) : cell
  }
  if run.result != nil {
    lines.append(
      "  " + styled(ending: run.ending, style) + (run.length.map { " after \($0)" } ?? ""))
  }
  return lines
}

private func styled(ending: String, _ style: Style) -> String {
  switch ending.trimmedOfSpaces {
  case "applied", "converged", "done": style.green(ending)
  case "deferred", "no end", "unknown": style.yellow(ending)
  case "blocked", "restored", "failed", "refused": style.red(ending)
  default: ending
  }
}

extension PastRun {
  /// `reconcile`, `hold of cve-2026-1111`.
  fileprivate var title: String {
    guard result == nil else { return trigger + (rollback.map { " of \($0)" } ?? "") }
    return "\(trigger) of \(patch ?? "everything")"
  }

  /// How it ended, in a word or two.
  fileprivate var ending: String {
    switch result {
    case nil: "-"
    case .unknown: "no end"
    case .known(let result): result.rawValue
    }
  }

  fileprivate var length: String? {
    durationMilliseconds.map { milliseconds in
      let tenths = (max(0, milliseconds) + 50) / 100
      return "\(tenths / 10).\(tenths % 10) s"
    }
  }

  /// What it loaded and took off, `+klp_fix_v2 -klp_fix_v1`, with what did not stay so; for a word,
  /// why it was said.
  fileprivate var summary: String {
    if result == nil { return reason ?? "" }
    var words: [String] = []
    for change in changes {
      let sign: String? =
        switch change.action {
        case .load: "+"
        case .unload: "-"
        case .stage: "stored "
        case .install: change.setting == nil ? "installed " : "set "
        case .remove: "took away "
        case .configure: "set "
        case .disable, .reverse, .force: nil
        }
      guard let sign else { continue }
      let remark =
        switch change.outcome {
        case .done: change.isUndo ? " (undone)" : ""
        case .refused: " (refused)"
        case .unknown: " (unknown)"
        }
      words.append(sign + change.title + remark)
    }
    return words.joined(separator: " ")
  }
}

extension PastChange {
  /// `klp_fix_v2`, `kpatch-patch-6_1-1-2.el9.x86_64 (was 1-1.el9)`, `patch-delay=2d of canonical (was 5d)`.
  fileprivate var title: String {
    if let replaces { return "\(module) (was \(versionRelease(of: replaces)))" }
    guard let service, let setting else { return module }
    let text = "\(setting) of \(path == nil ? service : module)"
    return path == nil ? text + " (\(formerly))" : text
  }

  /// What a setting was before.
  private var formerly: String { before.map { "was \($0)" } ?? "was not set" }

  /// `1-2.el9` of `name-1-2.el9.x86_64`.
  private func versionRelease(of package: String) -> String {
    let parts = package.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count > 2 else { return package }
    let text = parts.suffix(2).joined(separator: "-")
    return String(text[..<(text.lastIndex(of: ".") ?? text.endIndex)])
  }

  fileprivate var mark: String { outcome.rawValue }

  /// `cve-2026-1111 version 2 for policy web, build 1c1a827cb772; to undo what had failed`,
  /// `of redHat, in the place of kpatch-patch-6_1-1-1.el9.x86_64: newer-build`.
  fileprivate var remark: String {
    var text = patch ?? ""
    if let version { text += " version \(version)" }
    if let policy { text += " for policy \(policy)" }
    if let service, package != nil || setting != nil {
      text += (text.isEmpty ? "" : " ") + "of \(service)"
      if let setting, path != nil { text += ", \(setting)" }
      if let replaces { text += ", in the place of \(replaces)" }
      if setting != nil, path == nil { text += ", which \(formerly)" }
    }
    if let path { text += (text.isEmpty ? "" : " ") + "in \(path)" }
    if let kernel { text += " for kernel \(kernel)" }
    if let buildID { text += ", build \(buildID.prefix(12))" }
    if let reason { text += (text.isEmpty ? "" : ": ") + reason }
    if let errno { text += "; errno \(errno)" }
    if isUndo { text += "; to undo what had failed" }
    return text
  }
}

extension String {
  fileprivate var trimmedOfSpaces: Substring {
    var rest = self[...]
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
