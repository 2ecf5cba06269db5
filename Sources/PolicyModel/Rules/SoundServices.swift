internal import Diagnostics
internal import Nodes
internal import Shapes

/// kpatch's directory: each patch once, one that is to be there is wanted by a policy, and of one
/// that is not to be there it is known which module it is.
struct SoundServices: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for kpatch in context.policies.flatMap(\.spec.services).compactMap(\.kpatch) {
      var first: [PatchName: KpatchModule] = [:]
      for module in kpatch.modules where !module.name.value.text.isEmpty {
        if let earlier = first[module.name.value] {
          findings.append(
            Diagnostic(
              .duplicatePatch,
              "kpatch's directory names the patch \(module.name.value.text.quoted) twice",
              at: module.name.location, advice: "keep one of them",
              notes: [Diagnostic.Note("the first one", at: earlier.name.location)]))
        } else {
          first[module.name.value] = module
        }
        check(module, context, &findings)
      }
    }
  }

  private func check(
    _ module: KpatchModule, _ context: RuleContext, _ findings: inout [Diagnostic]
  ) {
    let name = module.name.value.text
    if context.isReported(module.state.location) { return }
    let isNamed = context.namedPatches.contains(name)
    switch module.state.value {
    case .present:
      if let stray = module.module {
        findings.append(
          Diagnostic(
            .conflictingKeys, "`module` has no meaning for a patch whose file is to be present",
            at: stray.location,
            advice: "leave it out: the module is that of the build that is in force"))
      }
      if isNamed { return }
      findings.append(
        Diagnostic(
          .unknownPatch, "no policy here names the patch \(name.quoted) under `kernels`",
          at: module.name.location,
          advice:
            "name it there, or give the policy that does along with this one: kpatch's directory "
            + "gets only what is in force",
          severity: .warning))
    case .absent:
      if module.module != nil || isNamed || context.catalogue[name] != nil { return }
      findings.append(
        Diagnostic(
          .missingKey, "`module` is missing: no document here says which module \(name.quoted) is",
          at: module.place.location, advice: "give its module, as kpatch list prints it"))
    }
  }
}
