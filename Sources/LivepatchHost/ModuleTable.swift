/// `/proc/modules`: what is in memory, the module that was loaded last first.
struct ModuleTable: Equatable {
  static let path = "proc/modules"

  struct Row: Equatable {
    var name: String
    /// `Live`, `Loading` or `Unloading`.
    var isLive: Bool
    /// Whether the module's taint contains `K`, the mark of a live patch module.
    var isLivePatch: Bool
  }

  /// In the order in which they were loaded.
  var rows: [Row]

  /// Nil when a line is not as `m_show` in `kernel/module/procfs.c` prints it.
  init?(parsing text: String) {
    rows = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      // Name, size, references, users, state, address; then the taint, if there is any.
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count >= 6, let state = String(fields[4]),
        ["Live", "Loading", "Unloading"].contains(state), let name = String(fields[0])
      else { return nil }
      let taint = fields.count > 6 ? fields[6] : ""[...].utf8
      guard taint.isEmpty || taint.first == UInt8(ascii: "(") else { return nil }
      rows.append(
        Row(
          name: name, isLive: state == "Live", isLivePatch: taint.contains(UInt8(ascii: "K"))))
    }
    rows.reverse()
  }

  static func read(_ root: RootDirectory) -> Reading<ModuleTable> {
    root.value(path, expecting: "lines of proc(5)'s modules") { ModuleTable(parsing: $0) }
  }

  /// The place of a module in the order of loading.
  func position(_ name: String) -> Int? {
    rows.firstIndex { $0.name == name }
  }
}
