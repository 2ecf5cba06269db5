internal import Documents
internal import ModuleFile

extension KernelFit {
  /// Looks at the functions of one object: each has to be there, to be the one that is meant, and
  /// to be ftrace's to hook.
  func check(_ object: ModuleFacts.PatchedObject, _ findings: inout Findings) {
    // Wherever the object is: these the kernel looks at in any case.
    checkLength(of: object, &findings)
    checkTwice(object, &findings)
    let known = kernel.objects.first { $0.name == object.name }
    guard let known else {
      note(
        "what the kernel has of \(object.name) (the facts are of other modules; take the snapshot "
          + "anew with klpolicy snapshot --for)", in: &findings.unknown)
      return
    }
    guard
      let presence = need(known.presence, .symbols, "whether \(object.name) is loaded", &findings)
    else { return }
    if presence == .absent {
      warnOfTarget(object, &findings)
      return
    }
    if presence == .installed {
      checkInstalled(object, known, &findings)
      return
    }
    checkNames(of: object, &findings)
    for function in object.functions {
      check(
        function, of: object.name, known.functions.first { $0.name == function.name }, &findings)
    }
  }

  /// A module that is not loaded and whose file was looked at: without the functions the kernel takes
  /// the live patch, and refuses that module from then on.
  private func checkInstalled(
    _ object: ModuleFacts.PatchedObject, _ known: KernelFacts.Object, _ findings: inout Findings
  ) {
    for function in object.functions {
      let count = known.functions.first { $0.name == function.name }?.count.value
      guard let count else {
        warnOfTarget(object, &findings)
        return
      }
      if let problem = symbolProblem(function.sympos, among: count, "old_sympos") {
        findings.obstacles.append(
          Obstacle(
            .functionNotPatchable,
            "\(facts.name) patches \(function.name) of module \(object.name), which is not loaded, "
              + "and as it is installed \(problem); with the patch loaded, the kernel would not load "
              + "\(object.name) any more",
            fact: "modules.dep"))
      }
    }
  }

  private func warnOfTarget(_ object: ModuleFacts.PatchedObject, _ findings: inout Findings) {
    findings.warnings.append(
      Warning(
        code: Warning.targetNotLoaded,
        message: "\(facts.name) patches \(names(object)) of module \(object.name), which is not "
          + "loaded: whether it has them is seen when it is, and without them the kernel will not "
          + "load it; load \(object.name) first to have it checked"))
  }

  /// The kernel looks up how long each new function is, by its symbol.
  private func checkNames(
    of object: ModuleFacts.PatchedObject, _ findings: inout Findings
  ) {
    guard let function = object.functions.first(where: { !$0.hasSymbol }) else { return }
    findings.obstacles.append(
      Obstacle(
        .functionNotPatchable,
        "\(facts.name) has no symbol for its new \(function.name), by which the kernel finds how long "
          + "it is; strip it with --strip-debug, and no further",
        fact: "symbols", refusal: Refusal(.objects, "ENOENT")))
  }

  /// Each object has a directory of its own in sysfs.
  func checkObjects(_ findings: inout Findings) {
    var seen: Set<String> = []
    guard
      let object = facts.objects?.first(where: { !seen.insert($0.name).inserted })
    else { return }
    findings.obstacles.append(
      Obstacle(
        .functionNotPatchable,
        "\(facts.name) has two objects for \(object.name), and the kernel takes one; put all functions of "
          + "\(object.name) into one object", fact: "symbols", refusal: Refusal(.objects, "EEXIST"))
    )
  }

  /// MODULE_NAME_LEN of linux/moduleparam.h, with the zero at the end.
  private func checkLength(of object: ModuleFacts.PatchedObject, _ findings: inout Findings) {
    // KSYM_NAME_LEN of linux/kallsyms.h, since Linux 6.1; before, no function has such a name either.
    if let function = object.functions.first(where: { $0.name.utf8.count >= 512 }) {
      findings.obstacles.append(
        Obstacle(
          .functionNotPatchable,
          "\(facts.name) patches a function of \(object.name) whose name has more than 511 bytes "
            + "(\(function.name.prefix(32))...), and none has; correct its name",
          fact: "symbols", refusal: Refusal(.objects, "EINVAL")))
    }
    if object.name.utf8.count < 56 { return }
    findings.obstacles.append(
      Obstacle(
        .functionNotPatchable,
        "\(facts.name) patches module \(object.name), and no module has a name of more than 55 bytes; "
          + "correct the object's name", fact: "symbols", refusal: Refusal(.objects, "EINVAL")))
  }

  /// Each function has a directory of its own in sysfs.
  private func checkTwice(
    _ object: ModuleFacts.PatchedObject, _ findings: inout Findings
  ) {
    var seen: Set<ModuleFacts.PatchedFunction> = []
    for function in object.functions {
      // sysfs shows 0 as 1.
      let place = ModuleFacts.PatchedFunction(
        name: function.name, sympos: max(1, function.sympos))
      if seen.insert(place).inserted { continue }
      findings.obstacles.append(
        Obstacle(
          .functionNotPatchable,
          "\(facts.name) patches \(function.name) of \(object.name) twice; build it with one new "
            + "function for it", fact: "symbols", refusal: Refusal(.objects, "EEXIST")))
      return
    }
  }

  private func names(_ object: ModuleFacts.PatchedObject) -> String {
    object.functions.map(\.name).joined(separator: ", ")
  }

  private func check(
    _ function: ModuleFacts.PatchedFunction, of object: String, _ known: KernelFacts.Function?,
    _ findings: inout Findings
  ) {
    guard let known else {
      note(
        "what \(object) has of \(function.name) (the facts are of other modules; take the snapshot "
          + "anew with klpolicy snapshot --for)", in: &findings.unknown)
      return
    }
    let patches = "\(facts.name) patches \(function.name) of \(object)"
    guard let count = need(known.count, .symbols, "the symbols of the kernel", &findings) else {
      return
    }
    if let problem = symbolProblem(function.sympos, among: count, "old_sympos") {
      findings.obstacles.append(
        Obstacle(
          .functionNotPatchable, "\(patches), and \(problem)", fact: "/proc/kallsyms",
          refusal: Refusal(.objects, "EINVAL")))
      return
    }
    if let traceable = known.traceable,
      need(traceable, .traceable, "which functions ftrace can hook", &findings)
        == false
    {
      findings.obstacles.append(
        Obstacle(
          .functionNotPatchable,
          "\(patches), which ftrace cannot hook (it is not in available_filter_functions), so no "
            + "live patch can change it; patch the functions that call it",
          fact: "/sys/kernel/tracing/available_filter_functions",
          refusal: Refusal(.tracing, "EINVAL")))
      return
    }
    if let heldBy = known.heldBy,
      let holder = need(heldBy, .traced, "what ftrace has hooked already", &findings)
    {
      findings.obstacles.append(
        Obstacle(
          .functionConflict,
          "\(patches), and something else already changes where calls of it go (\(holder)), such as a "
            + "kprobe with a post handler; end that first",
          fact: "/sys/kernel/tracing/enabled_functions", refusal: Refusal(.hooking, "EBUSY")))
    }
  }

  /// What is wrong with a name that should mean exactly one symbol; nil if nothing is.
  func symbolProblem(_ sympos: UInt64, among count: Int, _ field: String) -> String? {
    switch count {
    case 0:
      return
        "this kernel has no symbol of that name; build the module from this kernel's own source "
        + "and configuration"
    case 2... where sympos == 0:
      return
        "this kernel has \(count) symbols of that name, of which the module names none (\(field) "
        + "0); set \(field) to its place among them, from 1"
    case _ where sympos > UInt64(count):
      return "the module means the symbol number \(sympos) of that name, of which this kernel has "
        + "\(count); correct \(field)"
    default:
      return nil
    }
  }
}
