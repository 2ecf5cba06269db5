package import Documents
package import ModuleFile

/// Whether a module would load, on a host or on a kernel that is installed there, and what keeps it
/// from that.
///
/// - Parameters:
///   - facts: the module.
///   - host: the host, with the kernel in question.
///   - live: what is in memory; nothing, for a kernel that does not run.
///   - kernel: what was asked of the kernel; nil where nobody asked.
///   - signature: what is known of its signature.
/// - Returns: the verdict. Where klpolicy is stricter than the kernel, an obstacle has no errno.
package func loadVerdict(
  _ facts: ModuleFacts, on host: Host, live: LiveState, kernel: KernelFacts?,
  signature: SignatureKnowledge = SignatureKnowledge()
) -> InspectedModule.Verdict {
  var findings = kernelObstacles(host.kernel)
  // That is klpolicy's own switch, and the kernel's business is asked for.
  findings.obstacles.removeAll { $0.reason == .disabledByCommandLine }
  findings.unknown.removeAll { $0 == "kernel command line" }
  findings.add(
    moduleObstacles(
      facts, declared: DeclaredModule(module: facts.name, replace: nil), on: host, live: live))
  findings.add(fitObstacles(facts, on: kernel, host: host, live: live))
  if facts.isLivepatch { findings.addSurroundings(facts, live) }
  let trust = findings.addSignature(facts, signature, kernel, host)
  let unknown = findings.unknown + findings.leftToKernel + findings.unproven
  let first = findings.obstacles.compactMap(\.refusal).min { $0.stage < $1.stage }
  return InspectedModule.Verdict(
    wouldLoad: !findings.obstacles.isEmpty
      ? .known(false) : unknown.isEmpty ? .known(true) : .unknown,
    errno: first?.errno,
    obstacles: findings.obstacles.map {
      InspectedModule.Obstacle(
        reason: $0.reason, message: $0.message, fact: $0.fact, errno: $0.refusal?.errno)
    }, unknown: unknown, warnings: findings.warnings,
    trust: trust.map(InspectedModule.Trust.init))
}

extension InspectedModule.Trust {
  fileprivate init(_ trust: KernelTrust) {
    switch trust {
    case .trusted(let key): self.init(isTrusted: .known(true), key: key)
    case .untrusted: self.init(isTrusted: .known(false), key: nil)
    case .unknown: self.init(isTrusted: .unknown, key: nil)
    }
  }
}

extension Findings {
  /// What other live patches have against it, of which a plan would make steps.
  fileprivate mutating func addSurroundings(_ facts: ModuleFacts, _ live: LiveState) {
    if let same = live.patches.first(where: { $0.module == facts.name }) {
      let isThis = facts.buildID != nil && same.buildID?.value == facts.buildID
      obstacles.append(
        Obstacle(
          .nameClash,
          "module \(facts.name) is in memory already, in \(isThis ? "this very" : "another") build; "
            + "unload that one first",
          fact: "/sys/module/\(facts.name)", refusal: Refusal(.name, "EEXIST")))
    }
    if let transition = live.transition {
      guard let transition = transition.value else {
        unknown.append("whether a transition is running")
        return
      }
      obstacles.append(
        Obstacle(
          .transitionInProgress,
          "\(transition.module) is \(transition.direction.rawValue), and one transition runs at a "
            + "time; wait for it to complete",
          fact: "/sys/kernel/livepatch/\(transition.module)/transition",
          refusal: Refusal(.transition, "EBUSY")))
    }
    let inForce = live.patches.filter {
      $0.module != facts.name && $0.state != .known(.resident) && $0.state != .known(.pinned)
    }
    // One that replaces the others has to know all states that they have, and so has one whose states
    // are not known (klp_is_patch_compatible of kernel/livepatch/state.c).
    if !inForce.isEmpty, facts.states?.isEmpty != true || facts.replace != false {
      leftToKernel.append(
        "which states the live patches in memory have (klp_state), as the kernel shows it nowhere")
    }
    if facts.replace == true { return }
    let own = Set(
      (facts.objects ?? []).flatMap { object in
        object.functions.map { "\(object.name):\($0.name),\(max(1, $0.sympos))" }
      })
    for patch in inForce {
      let shared = patch.objects.flatMap { object in
        object.functions.map { "\(object.name):\($0.name),\($0.sympos)" }
      }.filter(own.contains)
      if let function = shared.first {
        obstacles.append(
          Obstacle(
            .functionConflict,
            "\(facts.name) patches \(function), and so does \(patch.module), which is in memory: only "
              + "the one loaded last would be in force; unload one of them, or build both into one "
              + "patch", fact: "/sys/kernel/livepatch/\(patch.module)"))
      }
    }
  }
}
