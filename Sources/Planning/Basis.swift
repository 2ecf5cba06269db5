internal import Compatibility
internal import Diagnostics
internal import Digests
package import Documents
internal import JSONText
internal import ModuleFile
internal import Nodes
internal import PolicyModel

extension Planner {
  /// The digests of what a plan read, each by its name, and one over them all.
  ///
  /// Only what the plan rests on: load, uptime and the like may change without making it stale.
  func planBasis() -> (facts: [Basis], digest: String) {
    let snapshot = input.snapshot
    var facts = kernelBasis(snapshot.host.kernel)
    for live in snapshot.live.patches {
      facts.append(Basis("live.\(live.module)", PatchBasis(patch: live)))
    }
    facts.append(Basis("live.order", snapshot.live.patches.map(\.module)))
    facts.append(Basis("live.transition", OptionalFact(snapshot.live.transition)))
    facts += moduleBasis()
    if case .known(let managed) = snapshot.history.managed {
      for record in managed { facts.append(Basis("managed.\(record.module)", record)) }
    } else {
      facts.append(Basis("managed", Fact<Bool>.unknown))
    }
    if let kernel = snapshot.facts, kernel.missing.isEmpty {
      facts.append(Basis(Basis.kernelFacts, kernel))
    }
    if input.desired.services.contains(where: { $0.kind == .kpatch }) {
      facts.append(
        Basis(
          "services.kpatch", kpatchBasis))
    }
    if input.desired.services.contains(where: { $0.kind == .redHat || $0.kind == .suse }) {
      facts.append(Basis("services.packages", packageBasis))
    }
    if input.desired.services.contains(where: { $0.kind == .canonical }) {
      facts.append(Basis("services.canonical", clientBasis))
    }
    if !snapshot.history.failures.isEmpty {
      facts.append(Basis("failures", snapshot.history.failures))
    }
    let builds = input.desired.chosenBuilds(on: ground)
    for (patch, finding) in input.artefacts.sorted(by: { $0.key < $1.key }) {
      facts.append(
        Basis("artefact.\(patch)", ArtefactBasis(sha256: builds[patch]?.sha256, finding: finding)))
    }
    return (facts, digest(of: facts))
  }

  /// Over a line for each fact.
  private func digest(of facts: [Basis]) -> String {
    var lines: [UInt8] = []
    for fact in facts {
      lines.append(contentsOf: fact.fact.utf8)
      lines.append(UInt8(ascii: " "))
      lines.append(contentsOf: fact.sha256.utf8)
      lines.append(UInt8(ascii: "\n"))
    }
    return sha256Hex(lines)
  }

  /// What of the kernel decides whether a module may be loaded.
  private func kernelBasis(_ kernel: Host.Kernel) -> [Basis] {
    [
      Basis("kernel.release", kernel.release), Basis("kernel.buildID", kernel.buildID),
      Basis("kernel.livepatch", kernel.livepatch), Basis("kernel.modules", kernel.modules),
      Basis("kernel.signatureEnforced", kernel.signatureEnforced),
      Basis("kernel.lockdown", OptionalFact(kernel.lockdown)),
      Basis("kernel.modulesDisabled", kernel.modulesDisabled),
      Basis("kernel.ftraceEnabled", OptionalFact(kernel.ftraceEnabled)),
      Basis("kernel.switchedOff", kernel.switchedOff),
    ]
  }

  /// Of the modules in memory only those that a module to load asks for: its own name, and what it
  /// depends on.
  private func moduleBasis() -> [Basis] {
    guard let modules = input.snapshot.live.modules else { return [] }
    guard case .known(let loaded) = modules else { return [Basis("modules", modules)] }
    var names: Set<String> = []
    for case .verified(let facts) in input.artefacts.values {
      names.formUnion(facts.depends)
      names.insert(facts.name)
    }
    let inMemory = Set(loaded)
    return names.sorted().map { Basis("module.\($0)", inMemory.contains($0)) }
  }
}

extension Basis {
  /// What the modules need of the kernel. A plan that was made without it, or without the right to
  /// look, warned of that, and is no other plan where somebody can.
  static let kernelFacts = "kernel.facts"
}

extension Plan {
  /// The plan with its digest filled in.
  package func sealed() -> Plan {
    var plan = self
    plan.digest = sha256Hex(JSONWriter.canonicalBytes(of: self, omitting: "digest"))
    return plan
  }
}

/// SHA-256 of a plan's document without its digest (RFC 8785).
func digest(ofPlan table: NodeTable) -> String {
  sha256Hex(canonicalJSON(table, omitting: "digest"))
}

extension Basis {
  fileprivate init(_ fact: String, _ value: some JSONValue) {
    let bytes = JSONWriter.bytes(of: value)
    self.init(
      fact: fact,
      value: bytes.count <= Basis.longestValue ? String(decoding: bytes, as: UTF8.self) : nil,
      sha256: sha256Hex(bytes))
  }

  /// What is longer is known by its digest alone.
  private static var longestValue: Int { 400 }
}

/// A fact that may not apply.
private struct OptionalFact<Value: JSONValue & Hashable & Sendable>: JSONValue {
  let fact: Fact<Value>?

  init(_ fact: Fact<Value>?) { self.fact = fact }

  func write(to writer: inout JSONWriter) {
    if let fact { fact.write(to: &writer) } else { writer.string("none") }
  }
}

private struct PatchBasis: JSONObject {
  let patch: LivePatch

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("state", patch.state)
    object.field("buildID", patch.buildID)
    object.field("replace", patch.replace)
    object.field("functions", patch.functionNames.sorted())
  }
}

private struct ArtefactBasis: JSONObject {
  let sha256: String?
  let finding: ArtefactFinding

  func writeFields(to object: inout JSONObjectWriter) {
    object.field("sha256", sha256)
    switch finding {
    case .verified(let facts):
      object.field("module", facts.name)
      object.field("buildID", facts.buildID)
    case .unusable(let obstacle):
      object.field("problem", obstacle.reason)
    case .notFetched:
      object.field("fetched", false)
    }
  }
}
