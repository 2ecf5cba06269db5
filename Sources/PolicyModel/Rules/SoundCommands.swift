package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let relativeProgram = Diagnostic.Code(
    "relative-program", "A program that is not named by its absolute path.")
}

/// A gate or hook names its program by an absolute path: what root runs does not depend on `PATH`.
struct SoundCommands: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for safety in context.policies.compactMap(\.spec.safety) {
      let hooks = safety.hooks
      let commands =
        (safety.gates?.commands ?? [])
        + [hooks?.preApply, hooks?.postApply, hooks?.healthCheck, hooks?.onFailure].compactMap {
          $0
        }
      for program in commands.compactMap(\.run.first)
      where !program.value.isEmpty && !program.value.hasPrefix("/") {
        findings.append(
          Diagnostic(
            .relativeProgram, "\(program.value.quoted) is not an absolute path",
            at: program.location,
            advice: program.value.contains(" ")
              ? "write the program and each argument as an item of its own, such as "
                + "[/usr/local/bin/check, --quick]; no shell is run"
              : "write where the program lies, such as /usr/local/bin/\(program.value)"))
      }
    }
  }
}
