package import Documents
package import ModuleFile

/// What has to be asked of a kernel to tell whether modules fit it.
package func kernelQuestions(of modules: some Sequence<ModuleFacts>) -> KernelQuestions {
  var questions = KernelQuestions()
  for facts in modules {
    if facts.isSigned { questions.keys = true }
    guard facts.isLivepatch else { continue }
    questions.names.insert(facts.name)
    for symbol in facts.livepatchSymbols {
      questions.referred.insert(
        KernelQuestions.Function(object: symbol.object, name: symbol.name))
    }
    questions.symbols.formUnion((facts.needed ?? []).map(\.name))
    questions.symbols.formUnion((facts.versions ?? []).map(\.symbol))
    questions.symbols.formUnion(facts.exports ?? [])
    for object in facts.objects ?? [] {
      for function in object.functions {
        questions.patched.insert(
          KernelQuestions.Function(object: object.name, name: function.name))
      }
    }
  }
  return questions
}

/// What keeps one module off a kernel because of what the kernel has, or lacks.
///
/// - Parameters:
///   - facts: the module.
///   - kernel: what was asked of the kernel; nil where nobody asked, as in a snapshot without facts.
///   - host: the host.
///   - live: the modules in memory.
/// - Returns: obstacles, and what could not be looked at.
package func fitObstacles(
  _ facts: ModuleFacts, on kernel: KernelFacts?, host: Host, live: LiveState
) -> Findings {
  var findings = Findings()
  guard facts.isLivepatch else { return findings }
  if let defect = facts.defect {
    findings.obstacles.append(Obstacle(defect, of: facts.name))
  } else if facts.objects == nil {
    findings.leftToKernel.append(
      "which functions \(facts.name) patches, as its file does not tell for certain")
  }
  if facts.objects != nil, facts.mayRefuse != false {
    findings.unproven.append(
      "what \(facts.name) itself says to the load (a pre-patch callback, or an init that does more than "
        + "to enable the patch), which only running it shows")
  }
  if facts.perCPUSize > 0 {
    findings.unproven.append(
      "whether the kernel has \(facts.perCPUSize) bytes left that each processor has of its own, which "
        + "it shows nowhere")
  }
  var questions = kernelQuestions(of: [facts])
  // Those matter to whoever says whether it would load, and to no plan.
  questions.keys = false
  questions.names = []
  if questions.isEmpty { return findings }
  guard let kernel else {
    findings.unknown.append(
      "whether the kernel has the functions and symbols that the modules need (the snapshot does not say; "
        + "take it with klpolicy snapshot --for and these policies)")
    return findings
  }
  let loaded = live.modules?.value
  if live.modules == nil, !facts.depends.isEmpty {
    findings.unproven.append(
      "whether \(facts.depends.joined(separator: ", ")) will be loaded before \(facts.name)")
  }
  KernelFit(
    facts: facts, kernel: kernel, host: host, loaded: loaded,
    lacksDependencies: facts.depends.contains { loaded?.contains($0) != true }
  ).check(&findings)
  return findings
}

struct KernelFit {
  let facts: ModuleFacts
  let kernel: KernelFacts
  let host: Host
  /// The modules in memory, where that is known.
  let loaded: [String]?
  /// Whether modules that it depends on are not in memory: what they export is not there yet.
  let lacksDependencies: Bool

  func check(_ findings: inout Findings) {
    checkBlacklist(&findings)
    checkName(&findings)
    checkVermagic(&findings)
    checkSymbols(&findings)
    checkNamespaces(&findings)
    checkExports(&findings)
    checkLivepatchSymbols(&findings)
    checkObjects(&findings)
    // What it has no object for, nobody looks for.
    if facts.defect == .namesVmlinux { return }
    for object in facts.objects ?? [] where !object.functions.isEmpty {
      check(object, &findings)
    }
  }

  private func checkBlacklist(_ findings: inout Findings) {
    guard let names = need(kernel.blacklist, .commandLine, "the kernel's command line", &findings)
    else { return }
    // What the kernel holds against it is the name in the module's information.
    if names.contains(facts.info["name"] ?? facts.name) {
      findings.obstacles.append(
        Obstacle(
          .blacklisted,
          "the kernel's command line forbids \(facts.name) (module_blacklist); boot without that, "
            + "or publish the module under another name",
          fact: "/proc/cmdline", refusal: Refusal(.blacklist, "EPERM")))
    }
  }

  private func checkName(_ findings: inout Findings) {
    // Whoever took the facts before this was asked, or of a kernel that does not run, has no answer.
    guard let builtIn = kernel.builtIn,
      let names = need(
        builtIn, .moduleNames, "whether something built in is named \(facts.name)", &findings)
    else { return }
    if names.contains(facts.name) {
      findings.obstacles.append(
        Obstacle(
          .nameClash,
          "something built into the kernel is named \(facts.name), and the kernel takes no module of that "
            + "name; build the module under another one",
          fact: "/sys/module/\(facts.name)", refusal: Refusal(.sysfs, "EINVAL")))
    }
  }

  /// The value of a fact. Where there is none, the findings say why, and what would tell it.
  func need<Value>(
    _ fact: Fact<Value>, _ source: KernelFacts.Missing.Source, _ what: String,
    _ findings: inout Findings
  ) -> Value? {
    if let value = fact.value { return value }
    guard let missing = kernel.missing.first(where: { $0.source == source }) else {
      note("\(what) (for certain)", in: &findings.leftToKernel)
      return nil
    }
    if missing.problem == .unreadable, isTracing(source),
      host.kernel.lockdown == .known(.confidentiality)
    {
      // Nobody can read it there, and nobody ever will during this boot.
      note("\(what) (lockdown hides \(missing.path))", in: &findings.leftToKernel)
      return nil
    }
    let reason =
      switch missing.problem {
      case .absent: "\(missing.path): \(missing.message)"
      case .unreadable: "\(missing.path) cannot be read, \(missing.message)"
      case .malformed: "\(missing.path) is not understood, \(missing.message)"
      }
    note("\(what) (\(reason))", in: &findings.unknown)
    return nil
  }

  private func isTracing(_ source: KernelFacts.Missing.Source) -> Bool {
    source == .traceable || source == .traced
  }

  /// Says a thing once.
  func note(_ text: String, in list: inout [String]) {
    if !list.contains(text) { list.append(text) }
  }
}

extension Obstacle {
  /// A live patch that livepatch cannot make anything of.
  fileprivate init(_ defect: LivepatchDefect, of module: String) {
    let what =
      switch defect {
      case .noModule: "does not say whose it is (mod is not set)"
      case .noObjects: "has no objects"
      case .noFunctions(let object):
        "has no list of functions for \(object ?? "one of its objects")"
      case .noOldName: "has a function that does not say which one it is to take the place of"
      case .noNewFunction(let name): "has nothing to take the place of \(name ?? "a function")"
      case .namesVmlinux: "has an object with the name vmlinux"
      }
    if case .namesVmlinux = defect {
      self.init(
        .functionNotPatchable,
        "the klp_patch of module \(module) \(what), which the kernel takes for a module that is not "
          + "there: it would load, look like a patch of the kernel, and patch nothing; leave the name "
          + "of that object out (NULL)",
        fact: "symbols")
      return
    }
    self.init(
      .functionNotPatchable,
      "the klp_patch of module \(module) \(what), and no kernel enables such a patch; correct its "
        + "source",
      fact: "symbols", refusal: Refusal(.objects, "EINVAL"))
  }
}
