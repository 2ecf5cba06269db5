internal import Documents

/// What ftrace says of certain functions, in tracefs.
struct Tracing {
  /// A function of vmlinux, or of a module.
  typealias Function = KernelQuestions.Function

  /// Where tracefs is mounted; the second is where debugfs shows it.
  private static let folders = ["sys/kernel/tracing", "sys/kernel/debug/tracing"]

  /// How often each function stands in `available_filter_functions`.
  static func available(
    _ root: RootDirectory, _ names: [String]
  ) -> (path: String, Reading<[Function: Int]>) {
    var counts: [Function: Int] = [:]
    let (path, reading) = forEach(root, "available_filter_functions", names) { function, _ in
      counts[function, default: 0] += 1
    }
    return (path, reading.map { counts })
  }

  /// What changes where callers of functions go (IPMODIFY), and is not live patching.
  static func holders(
    _ root: RootDirectory, _ names: [String]
  ) -> (path: String, Reading<[Function: String]>) {
    var holders: [Function: String] = [:]
    let (path, reading) = forEach(root, "enabled_functions", names) { function, rest in
      let words = rest.split(whereSeparator: \.isWhitespace)
      // `(1) R I     tramp: ...`: the letters come right behind the count.
      let flags = words.dropFirst().prefix { $0.count == 1 }
      guard flags.contains("I"), !rest.contains("klp_ftrace_handler") else { return }
      holders[function] = words.joined(separator: " ")
    }
    return (path, reading.map { holders })
  }

  /// Hands out the lines that begin with one of `names`, with what stands behind the function.
  private static func forEach(
    _ root: RootDirectory, _ file: String, _ names: [String],
    _ body: (Function, Substring) -> Void
  ) -> (path: String, Reading<Void>) {
    let table = NameTable(names)
    var outcome: (String, Reading<Void>)?
    for folder in folders {
      let path = "\(folder)/\(file)"
      let reading = root.forEachLine(path) { line in
        let (index, end) = table.find(in: line, at: 0)
        guard let index else { return }
        let module = bracketed(line, after: end)
        let rest = text(line, end..<line.count)[...]
        body(
          Function(object: module ?? "vmlinux", name: table.names[index]),
          module.map { rest.dropFirst($0.count + 3) } ?? rest)
      }
      if reading.value != nil { return (path, reading) }
      // What is refused says more than what is not there.
      if outcome == nil || outcome?.1.isAbsent == true && !reading.isAbsent {
        outcome = (path, reading)
      }
    }
    return outcome ?? ("\(folders[0])/\(file)", .absent)
  }
}
