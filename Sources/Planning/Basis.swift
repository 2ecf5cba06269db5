internal import Compatibility
internal import Diagnostics
internal import Digests
internal import Documents
internal import JSONText
internal import ModuleFile
internal import Nodes

extension Planner {
  /// The digests of what a plan read, each by its name, and one over them all.
  ///
  /// Only what the plan rests on: load, uptime and the like may change without making it stale.
  func planBasis() -> (facts: [Basis], digest: String) {
    let snapshot = input.snapshot
    var facts = [
      Basis("host.kernel", KernelBasis(kernel: snapshot.host.kernel)),
      Basis("live.patches", snapshot.live.patches.map(PatchBasis.init)),
      Basis("live.transition", TransitionBasis(transition: snapshot.live.transition)),
      Basis("history.managed", snapshot.history.managed),
    ]
    for (patch, finding) in input.artefacts.sorted(by: { $0.key < $1.key }) {
      facts.append(Basis("artefact.\(patch)", ArtefactBasis(finding: finding)))
    }
    let lines = facts.map { "\($0.fact) \($0.sha256)\n" }.joined()
    return (facts, sha256Hex(Array(lines.utf8)))
  }
}

extension Plan {
  /// The plan with its digest filled in.
  func sealed() -> Plan {
    var plan = self
    let source = SourceText(path: "plan", bytes: JSONWriter.bytes(of: plan))
    do throws(Diagnostic) {
      plan.digest = sha256Hex(canonicalJSON(try readJSON(source), omitting: "digest"))
    } catch {
      // Our own writer's text is JSON; an empty digest equals none and makes the plan unusable.
      plan.digest = ""
    }
    return plan
  }
}

extension Basis {
  fileprivate init(_ fact: String, _ value: some JSONValue) {
    self.init(fact: fact, sha256: sha256Hex(JSONWriter.bytes(of: value)))
  }
}

/// What of the kernel decides whether a module may be loaded.
private struct KernelBasis: JSONObject {
  let kernel: Host.Kernel

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("release", kernel.release)
    object.field("buildID", kernel.buildID)
    object.field("livepatch", kernel.livepatch)
    object.field("modules", kernel.modules)
    object.field("signatureEnforced", kernel.signatureEnforced)
    object.field("lockdown", kernel.lockdown)
    object.field("modulesDisabled", kernel.modulesDisabled)
    object.field("ftraceEnabled", kernel.ftraceEnabled)
    object.field("switchedOff", kernel.switchedOff)
  }
}

private struct PatchBasis: JSONObject {
  let patch: LivePatch

  init(_ patch: LivePatch) { self.patch = patch }

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", patch.module)
    object.field("state", patch.state)
    object.field("buildID", patch.buildID)
    object.field("replace", patch.replace)
  }
}

private struct TransitionBasis: JSONObject {
  let transition: Fact<LiveTransition>?

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("transition", transition)
  }
}

private struct ArtefactBasis: JSONObject {
  let finding: ArtefactFinding

  func writeFields(to object: inout JSONObjectWriter) {
    switch finding {
    case .verified(let facts):
      object.field("module", facts.name)
      object.field("buildID", facts.buildID)
    case .unusable(let obstacle):
      object.field("problem", obstacle.reason)
    }
  }
}
