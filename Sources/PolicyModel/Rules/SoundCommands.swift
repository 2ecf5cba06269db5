package import Diagnostics
internal import Shapes

extension Diagnostic.Code {
  package static let relativeProgram = Diagnostic.Code(
    "relative-program", "A program that is not named by its absolute path.")
}

/// A gate or hook names its program by an absolute path, since what root runs does not depend on `PATH`; it
/// can be run (execve(2)), and has time to.
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
      for word in commands.flatMap(\.run) where word.value.utf8.contains(0) {
        findings.append(
          Diagnostic(
            .invalidValue, "no program can be given a NUL character", at: word.location,
            advice: "leave it out"))
      }
      for limit in commands.compactMap(\.timeout)
      where limit.value <= .zero && !context.isReported(limit.location) {
        findings.append(
          Diagnostic(
            .invalidValue, "a program that is given no time is killed at once", at: limit.location,
            advice: "write 30s or more, or leave `timeout` out"))
      }
    }
  }
}
