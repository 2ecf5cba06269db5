import Documents
import Testing

@testable import LivepatchHost

extension FakeHost {
  /// A kernel with a few functions, one of them of a module.
  func hasFunctions() throws {
    try write(
      "proc/kallsyms",
      """
      ffffffff81000000 T _stext
      ffffffff81000100 t cmdline_proc_show
      ffffffff81000200 t type_show
      ffffffff81000300 t type_show
      ffffffff81000400 t __do_sys_getpid
      ffffffff81000400 T __x64_sys_getpid
      ffffffff81000500 t notrace_function
      ffffffff81000600 d table
      ffffffffc0000000 t ext4_show\t[ext4]
      ffffffffc0000100 t type_show\t[ext4]
      0000000000000000 u cmdline_proc_show\t[ext4]

      """)
    try write(
      "sys/kernel/tracing/available_filter_functions",
      """
      cmdline_proc_show
      type_show
      type_show
      __do_sys_getpid
      ext4_show [ext4]

      """)
    try write("sys/kernel/tracing/enabled_functions", "")
  }

  func facts(_ patched: [(String, String)], referred: [(String, String)] = []) throws -> KernelFacts
  {
    let seen = try observe()
    func functions(_ names: [(String, String)]) -> Set<KernelQuestions.Function> {
      Set(names.map { KernelQuestions.Function(object: $0.0, name: $0.1) })
    }
    return try host().facts(
      for: KernelQuestions(patched: functions(patched), referred: functions(referred)),
      of: seen.host, seen.live)
  }
}

extension KernelFacts {
  /// `NAME COUNT TRACEABLE HOLDER` of each function of an object; `?` for unknown.
  fileprivate func functions(_ object: String) -> [String] {
    (objects.first { $0.name == object }?.functions ?? []).map { function in
      var words = [function.name, function.count.value.map { "\($0)" } ?? "?"]
      if let traceable = function.traceable {
        words.append(traceable.value.map { $0 ? "traceable" : "hidden" } ?? "?")
      }
      if let heldBy = function.heldBy { words.append(heldBy.value ?? "?") }
      return words.joined(separator: " ")
    }
  }

  fileprivate var problems: [String] {
    missing.map { "\($0.source.rawValue) \($0.problem.rawValue) \($0.path)" }
  }
}

@Suite struct `What a kernel has of the functions that a module patches` {
  let fake: FakeHost

  init() throws {
    fake = try FakeHost()
    try fake.hasFunctions()
  }

  @Test func `each name is counted in its own object, data and namesakes included`() throws {
    let facts = try fake.facts(
      [("vmlinux", "cmdline_proc_show"), ("vmlinux", "type_show"), ("ext4", "ext4_show")],
      referred: [("vmlinux", "table"), ("vmlinux", "gone")])
    #expect(
      facts.functions("vmlinux") == [
        "cmdline_proc_show 1 traceable", "gone 0", "table 1", "type_show 2 traceable",
      ])
    #expect(facts.functions("ext4") == ["ext4_show 1 traceable"])
    #expect(facts.objects.map(\.presence) == [.known(.loaded), .known(.loaded)])
    #expect(facts.problems == [])
    #expect(facts.release == "6.12.0-1-cloud-amd64")
  }

  @Test func `what ftrace cannot hook is told`() throws {
    #expect(
      try fake.facts([("vmlinux", "notrace_function")]).functions("vmlinux")
        == ["notrace_function 1 hidden"])
  }

  /// ftrace shows one name of those that share an address, and hooks all of them.
  @Test func `a function that ftrace knows by another name can be hooked`() throws {
    #expect(
      try fake.facts([("vmlinux", "__x64_sys_getpid")]).functions("vmlinux")
        == ["__x64_sys_getpid 1 traceable"])
  }

  /// kernel.kptr_restrict=2 hides them from root too.
  @Test func `without addresses nobody says that it cannot`() throws {
    try fake.write(
      "proc/kallsyms",
      "0000000000000000 t __do_sys_getpid\n0000000000000000 T __x64_sys_getpid\n")
    #expect(
      try fake.facts([("vmlinux", "__x64_sys_getpid")]).functions("vmlinux")
        == ["__x64_sys_getpid 1 ?"])
  }

  /// Of two functions of one name, ftrace's list does not tell which one is there.
  @Test func `one of several that can be hooked is not taken for the one meant`() throws {
    try fake.write("sys/kernel/tracing/available_filter_functions", "type_show\n")
    #expect(try fake.facts([("vmlinux", "type_show")]).functions("vmlinux") == ["type_show 2 ?"])
  }

  @Test func `a function of a module that is not loaded is not known`() throws {
    let facts = try fake.facts([("xfs", "xfs_show")])
    #expect(facts.functions("xfs") == ["xfs_show ? ?"])
    #expect(facts.objects.map(\.presence) == [.known(.absent)])
  }

  static let hooks: [(String, String, holder: String?)] = [
    ("live patching", "(1)   I  \ttramp: 0xffffffffc04de000 (klp_ftrace_handler+0x0/0x110)", nil),
    (
      "a tracer that only looks", "(1) R   \ttramp: 0xffffffffc04de000 (kprobe_ftrace_handler)", nil
    ),
    (
      "a kprobe that may change the way", "(1) R I  \ttramp: (kprobe_ftrace_handler+0x0/0x1d0)",
      "(1) R I tramp: (kprobe_ftrace_handler+0x0/0x1d0)"
    ),
  ]

  @Test(arguments: hooks)
  func `who has hooked a function`(hook: (String, line: String, holder: String?)) throws {
    try fake.write("sys/kernel/tracing/enabled_functions", "cmdline_proc_show \(hook.line)\n")
    #expect(
      try fake.facts([("vmlinux", "cmdline_proc_show")]).functions("vmlinux")
        == ["cmdline_proc_show 1 traceable" + (hook.holder.map { " " + $0 } ?? "")])
  }

  @Test func `a function of a module is not mistaken for one of the kernel`() throws {
    try fake.write("sys/kernel/tracing/enabled_functions", "ext4_show [ext4] (1) R I \ttramp: x\n")
    #expect(
      try fake.facts([("ext4", "ext4_show")]).functions("ext4")
        == ["ext4_show 1 traceable (1) R I tramp: x"])
  }

  /// Of a function that is live-patched and probed, the file may show the other handler only.
  @Test func `what a live patch holds is live patching's`() throws {
    try fake.has([.patch("klp_old")])
    try fake.write("sys/kernel/tracing/enabled_functions", "cmdline_proc_show (2) R I\n")
    #expect(
      try fake.facts([("vmlinux", "cmdline_proc_show")]).functions("vmlinux")
        == ["cmdline_proc_show 1 traceable"])
  }

  @Test func `tracefs that is not mounted leaves it open what can be hooked`() throws {
    fake.remove("sys/kernel/tracing")
    let facts = try fake.facts([("vmlinux", "cmdline_proc_show")])
    #expect(facts.functions("vmlinux") == ["cmdline_proc_show 1 ? ?"])
    #expect(
      facts.problems == [
        "traceable absent /sys/kernel/tracing/available_filter_functions",
        "traced absent /sys/kernel/tracing/enabled_functions",
      ])
  }

  @Test func `tracefs is found where debugfs shows it`() throws {
    try fake.directory("sys/kernel/debug")
    try fake.move("sys/kernel/tracing", to: "sys/kernel/debug/tracing")
    #expect(
      try fake.facts([("vmlinux", "cmdline_proc_show")]).functions("vmlinux")
        == ["cmdline_proc_show 1 traceable"])
  }

  @Test func `files that cannot be read, or are something else, are told apart`() throws {
    try fake.makeUnreadable("sys/kernel/tracing/available_filter_functions")
    try fake.write("proc/kallsyms", "hello\n")
    let facts = try fake.facts([("vmlinux", "cmdline_proc_show")])
    #expect(facts.functions("vmlinux") == ["cmdline_proc_show ? ?"])
    #expect(
      facts.problems == [
        "symbols malformed /proc/kallsyms",
        "traceable unreadable /sys/kernel/tracing/available_filter_functions",
      ])
  }

  @Test func `the modules that the command line forbids`() throws {
    try fake.write("proc/cmdline", "quiet module_blacklist=a module_blacklist=klp_x,nouveau\n")
    #expect(try fake.facts([]).blacklist == .known(["klp_x", "nouveau"]))
    fake.remove("proc/cmdline")
    let facts = try fake.facts([])
    #expect(facts.blacklist == .unknown)
    #expect(facts.problems == ["command-line absent /proc/cmdline"])
  }

  @Test func `the names that something built in has, and no module`() throws {
    try fake.write("sys/module/printk/parameters/time", "Y\n")
    try fake.write("sys/module/ext4/initstate", "live\n")
    let names = KernelQuestions(names: ["printk", "ext4", "klp_x", "../module/printk"])
    let seen = try fake.observe()
    let host = try fake.host()
    #expect(host.facts(for: names, of: seen.host, seen.live).builtIn == .known(["printk"]))
    // Nobody asked; or nobody can tell yet.
    #expect(host.facts(for: KernelQuestions(), of: seen.host, seen.live).builtIn == nil)
    #expect(host.facts(for: names, ofInstalled: "6.1.0-99-amd64").builtIn == nil)
    try fake.makeUnreadable("sys/module")
    let facts = try fake.host().facts(for: names, of: seen.host, seen.live)
    #expect(facts.builtIn == .unknown)
    #expect(facts.problems.contains("module-names unreadable /sys/module"))
  }

  /// Lines are longer than what one read gives, and the last one may have no end.
  @Test func `long files are read whole`() throws {
    let rest = (0..<40_000).map { "ffffffff82000000 t function_number_\($0)\n" }.joined()
    try fake.write("proc/kallsyms", rest + "ffffffff83000000 t last_function")
    #expect(
      try fake.facts(
        [], referred: [("vmlinux", "last_function"), ("vmlinux", "function_number_39999")]
      )
      .functions("vmlinux") == ["function_number_39999 1", "last_function 1"])
  }
}
