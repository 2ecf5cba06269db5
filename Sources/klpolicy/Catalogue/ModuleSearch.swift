internal import Diagnostics
internal import Files
internal import SystemPackage

/// The module files below a directory, by their names, all the way down.
struct ModuleSearch {
  private(set) var files: [FilePath] = []
  private(set) var problems: [Diagnostic] = []
  private let code: Diagnostic.Code

  private static let endings = [".ko", ".ko.xz", ".ko.gz", ".ko.zst"]

  /// - Parameter code: that of its problems.
  init(problems code: Diagnostic.Code) { self.code = code }

  mutating func run(_ directory: FilePath) {
    var pending = [directory]
    while let next = pending.popLast() {
      do throws(FileProblem) {
        for entry in try listTrusted(next, trust: .unchecked)
        where !entry.name.string.hasPrefix(".") {
          let path = next.appending(entry.name)
          if entry.kind == .directory {
            pending.append(path)
          } else if ModuleSearch.endings.contains(where: { entry.name.string.hasSuffix($0) }) {
            take(path)
          }
        }
      } catch {
        problems.append(Diagnostic(code, error.description, advice: error.advice))
      }
    }
    files.sort { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
  }

  private mutating func take(_ path: FilePath) {
    guard FilePath(path.string) == path else {
      problems.append(
        Diagnostic(
          code, "\(path) has a name that is no UTF-8, which a document cannot hold",
          advice: "rename it"))
      return
    }
    files.append(path)
  }
}
