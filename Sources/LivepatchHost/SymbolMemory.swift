internal import Synchronization

/// What the kernel's symbol table says, for as long as it cannot say anything else: it has the symbols
/// of the kernel and those of the modules in memory.
///
/// Reading it takes the kernel tens of milliseconds, thousands of calls among them, as it hands out a
/// page at a time.
final class SymbolMemory: Sendable {
  private struct Known {
    /// `/proc/modules`, in which every module has its address, its state and its size.
    var modules: [UInt8]
    var names: [String]
    var symbols: KernelSymbols
  }

  private let known = Mutex<Known?>(nil)

  /// What the table of a running kernel has of certain names: as it was read before, where the very
  /// same modules are in memory, and otherwise anew.
  func read(_ root: RootDirectory, _ names: [String]) -> Reading<KernelSymbols> {
    let modules = modules(root)
    let before = known.withLock { known in
      known.flatMap { $0.names == names && $0.modules == modules ? $0.symbols : nil }
    }
    if let before { return .value(before) }
    let reading = KernelSymbols.read(root, names)
    // Of a table that modules came into or left meanwhile nobody knows what it is of.
    if case .value(let symbols) = reading, let modules, modules == self.modules(root) {
      known.withLock { $0 = Known(modules: modules, names: names, symbols: symbols) }
    }
    return reading
  }

  private func modules(_ root: RootDirectory) -> [UInt8]? {
    root.bytes(ModuleTable.path, limit: SymbolMemory.mostModules).value
  }

  /// Far more bytes than any list of modules has.
  private static var mostModules: Int { 8 << 20 }
}
