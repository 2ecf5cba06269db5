internal import Documents

/// A live patch in transition, held against the stacks of the tasks that hold it up.
struct BlockedPatch {
  let module: String
  /// The functions that it replaces, as stacks name them: `name` or `name [module]`.
  private let replaced: Set<String>
  /// The modules of all live patches that the kernel lists: their functions are the new ones.
  private let patches: Set<String>

  init(_ root: RootDirectory, _ module: String) {
    self.module = module
    var replaced: Set<String> = []
    for object in PatchReading.objects(root, PatchReading.patchDirectory(module)).value ?? [] {
      for function in object.functions.value ?? [] {
        replaced.insert(
          object.name == "vmlinux" ? function.name : "\(function.name) [\(object.name)]")
      }
    }
    self.replaced = replaced
    patches = Set((root.entries(PatchReading.listing).value ?? []).map(\.name))
  }

  /// Why a task has not gone over, as the kernel judges it (klp_check_stack in
  /// kernel/livepatch/transition.c): it is inside a function that changes, or cannot be told to be
  /// outside of all.
  ///
  /// - Parameters:
  ///   - stack: what the kernel shows of it, innermost first; nil where that cannot be read.
  ///   - task: its line in `/proc`.
  /// - Returns: one clause, for a person.
  func why(stack: [String]?, _ task: TaskRecord) -> String {
    guard let stack else { return "its kernel stack cannot be read" }
    for frame in stack {
      let (function, owner) = parts(of: frame)
      let name = owner.map { "\(function) [\($0)]" } ?? function
      let doing = task.isRunning ? "it runs" : "it sleeps"
      if replaced.contains(name) { return "\(doing) in \(function), which \(module) patches" }
      if let owner, patches.contains(owner) {
        return "\(doing) in \(function) of the live patch \(owner)"
      }
    }
    let kind = task.isKernelThread ? ", a kernel thread" : ""
    if task.isRunning {
      return "it is running on a CPU\(kind), where nothing can look at its stack"
    }
    return
      "nothing that changes is on its stack\(kind): the kernel has not looked at it since, or finds "
      + "its stack unreliable"
  }

  /// `lab_target_hold+0x12/0x20 [lab_target]`: the function, and the module it is in.
  private func parts(of frame: String) -> (function: String, owner: String?) {
    let words = frame.split(separator: " ")
    let function = words.first?.prefix { $0 != "+" } ?? ""
    guard words.count > 1, let last = words.last, last.hasPrefix("["), last.hasSuffix("]") else {
      return (String(function), nil)
    }
    return (String(function), String(last.dropFirst().dropLast()))
  }
}

/// What `/proc/<pid>/task/<tid>/stat` says of a task (proc(5)).
struct TaskRecord {
  let isRunning: Bool
  let isKernelThread: Bool

  init(_ line: String) {
    // The name may hold anything, a bracket too.
    let rest = line.lastIndex(of: ")").map { line[line.index(after: $0)...] } ?? ""
    let fields = rest.split(separator: " ")
    isRunning = fields.first == "R"
    // PF_KTHREAD of include/linux/sched.h.
    let flags = fields.count > 6 ? UInt(fields[6]) ?? 0 : 0
    isKernelThread = flags & 0x0020_0000 != 0
  }
}
