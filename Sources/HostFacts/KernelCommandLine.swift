/// The parameters the kernel was booted with, as `/proc/cmdline` shows them.
package struct KernelCommandLine: Hashable, Sendable {
  /// In order, without their quotes; those for init, behind `--`, included.
  package var parameters: [String]

  /// Splits at blanks outside double quotes, as `next_arg` in `lib/cmdline.c` does.
  package init(parsing text: String) {
    parameters = []
    var parameter = ""
    var isQuoted = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
      } else if character.isWhitespace, !isQuoted {
        append(parameter)
        parameter = ""
      } else {
        parameter.append(character)
      }
    }
    append(parameter)
  }

  private mutating func append(_ parameter: String) {
    if !parameter.isEmpty { parameters.append(parameter) }
  }

  /// Whether klpolicy shall keep still during this boot: `klpolicy=off`, wherever it stands.
  package var switchesOff: Bool { parameters.contains("klpolicy=off") }

  /// The modules that the kernel refuses: `module_blacklist=`, of which the last one counts, since
  /// it is a parameter that holds one value (`kernel/module/main.c`).
  package var blacklistedModules: [String] {
    let key = "module_blacklist="
    let value = parameters.last { $0.hasPrefix(key) }?.dropFirst(key.count) ?? ""
    return value.split(separator: ",").map(String.init)
  }
}
