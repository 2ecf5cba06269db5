// Plain text lines, so that a shell script on a real kernel can be driven by the same file as the
// model, and the two answers compared with diff(1).

extension KernelModel.Operation: LosslessStringConvertible {
  /// `load NAME BUILDID [replace]`, `disable NAME`, `enable NAME`, `force NAME`, `complete`,
  /// `unload NAME`. A module without build ID has `-` in its place.
  package var description: String {
    switch self {
    case .load(let name, let buildID, let replace):
      "load \(name) \(buildID ?? "-")\(replace ? " replace" : "")"
    case .disable(let name): "disable \(name)"
    case .enable(let name): "enable \(name)"
    case .force(let name): "force \(name)"
    case .complete: "complete"
    case .unload(let name): "unload \(name)"
    }
  }

  /// Reads what `description` writes; nil for anything else.
  package init?(_ description: String) {
    let words = description.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("load", 3): self = .load(name: words[1], buildID: buildID(words[2]), replace: false)
    case ("load", 4) where words[3] == "replace":
      self = .load(name: words[1], buildID: buildID(words[2]), replace: true)
    case ("disable", 2): self = .disable(words[1])
    case ("enable", 2): self = .enable(words[1])
    case ("force", 2): self = .force(words[1])
    case ("complete", 1): self = .complete
    case ("unload", 2): self = .unload(words[1])
    default: return nil
    }
  }
}

extension KernelModel: CustomStringConvertible {
  /// The whole state, a line each: `module NAME BUILDID (listed|resident) [replace] [forced]`,
  /// `transition NAME (enabling|disabling)`, `modules-disabled`, `force-pins-every-patch`.
  package var description: String {
    var lines = modules.map { module in
      var words = ["module", module.name, module.buildID ?? "-"]
      words.append(module.listed ? "listed" : "resident")
      if module.replace { words.append("replace") }
      if module.forced { words.append("forced") }
      return words.joined(separator: " ")
    }
    if let transition {
      lines.append("transition \(transition.module) \(transition.direction.rawValue)")
    }
    if modulesDisabled { lines.append("modules-disabled") }
    if forcePinsEveryPatch { lines.append("force-pins-every-patch") }
    return lines.joined(separator: "\n")
  }

  /// Reads what `description` writes; empty lines and lines that begin with `#` say nothing.
  ///
  /// - Throws: `Inconsistency`, `unreadable` for a line that is not understood.
  package init(parsing text: String) throws(Inconsistency) {
    var modules: [Module] = []
    var transition: Transition?
    var flags: Set<String> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      switch (words[0], words.count) {
      case ("module", 4...):
        guard let module = Module(words: words) else { throw .unreadable(line: String(line)) }
        modules.append(module)
      case ("transition", 3):
        guard transition == nil, let direction = Transition.Direction(rawValue: words[2]) else {
          throw .unreadable(line: String(line))
        }
        transition = Transition(module: words[1], direction: direction)
      case ("modules-disabled", 1), ("force-pins-every-patch", 1):
        flags.insert(words[0])
      default: throw .unreadable(line: String(line))
      }
    }
    try self.init(
      modules: modules, transition: transition,
      modulesDisabled: flags.contains("modules-disabled"),
      forcePinsEveryPatch: flags.contains("force-pins-every-patch"))
  }

  /// What anyone can see of the state on a running kernel: `NAME BUILDID STATE`, a line for each
  /// module, in the order of loading.
  package var visible: [String] {
    modules.map { "\($0.name) \($0.buildID ?? "-") \(state(of: $0.name).rawValue)" }
  }

  /// Does the operations in turn and writes down what anyone would see: `> OPERATION`, then
  /// `ok` or the errno, then, when no transition is running, the lines of `visible`.
  ///
  /// In mid-transition nothing is written, for a real kernel may already be through it: a script
  /// waits for it where the operations say `complete`.
  package func transcript(of operations: [Operation]) -> [String] {
    var model = self
    var lines: [String] = []
    for operation in operations {
      lines.append("> \(operation)")
      do throws(Refusal) {
        model = try model.applying(operation)
        lines.append("ok")
      } catch {
        lines.append(error.rawValue)
      }
      if model.transition == nil { lines += model.visible }
    }
    return lines
  }
}

extension KernelModel.Module {
  fileprivate init?(words: [String]) {
    self.init(name: words[1], buildID: KernelRules.buildID(words[2]), replace: false)
    switch words[3] {
    case "listed": listed = true
    case "resident": listed = false
    default: return nil
    }
    for word in words[4...] {
      switch word {
      case "replace" where !replace: replace = true
      case "forced" where !forced: forced = true
      default: return nil
      }
    }
  }
}

private func buildID(_ word: String) -> String? {
  word == "-" ? nil : word
}
