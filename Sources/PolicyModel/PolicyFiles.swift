package import Diagnostics
package import Files
internal import Nodes
internal import SystemPackage

extension Diagnostic.Code {
  package static let notFound = Diagnostic.Code(
    "not-found", "A file or directory that was named, or just listed, is not there.")
  package static let unreadable = Diagnostic.Code(
    "unreadable", "A file or directory that is there, and that the system does not let be read.")
  package static let untrustedFile = Diagnostic.Code(
    "untrusted-file", "A file that somebody other than root could have written.")
  package static let notAFile = Diagnostic.Code(
    "not-a-file", "A pipe, device or directory where a file is due.")
  package static let changedWhileRead = Diagnostic.Code(
    "changed-while-read", "A file that was written or replaced while it was read.")
  package static let linkNotFollowed = Diagnostic.Code(
    "link-not-followed", "A link to a directory, which is not searched.")
}

/// The files that paths lead to: a file itself, or all `*.yaml` and `*.yml` below a directory.
struct PolicyFiles {
  /// What one of the given paths led to, in the order of the paths' bytes.
  struct Found {
    var files: [FilePath] = []
    var isDirectory = false
    var problems: [Diagnostic] = []
  }

  let trust: FileTrust

  func search(_ path: FilePath) -> Found {
    var found = Found()
    var pending = [path]
    while let directory = pending.popLast() {
      do throws(FileProblem) {
        let entries = try listTrusted(directory, trust: trust)
        found.isDirectory = true
        for entry in entries { take(entry, in: directory, &found, &pending) }
      } catch {
        // Only the path that was given may be a file.
        if error.kind == .unreadable(.notDirectory), !found.isDirectory {
          found.files.append(directory)
        } else {
          found.problems.append(Diagnostic(error))
        }
      }
    }
    found.files.sort { $0.string.utf8.lexicographicallyPrecedes($1.string.utf8) }
    return found
  }

  private func take(
    _ entry: DirectoryEntry, in directory: FilePath, _ found: inout Found,
    _ pending: inout [FilePath]
  ) {
    let path = directory.appending(entry.name)
    if entry.name.string.hasPrefix(".") { return }
    let isPolicy = entry.name.extension == "yaml" || entry.name.extension == "yml"
    switch entry.kind {
    case .directory: pending.append(path)
    case .file where isPolicy: found.files.append(path)
    case .other where entry.isLink:
      found.problems.append(
        Diagnostic(
          .linkNotFollowed, "\(path) is a link to something that is no file, and not searched",
          at: Location(path: path.string),
          advice: "give the directory it leads to as another path", severity: .warning))
    // Reading it says what it is.
    case .other where isPolicy: found.files.append(path)
    case .file, .other: break
    }
  }
}

extension Diagnostic {
  package init(_ problem: FileProblem, fileIndex: Int = 0) {
    let code: Code =
      switch problem.kind {
      case .absent: .notFound
      case .unreadable: .unreadable
      case .untrusted: .untrustedFile
      case .tooLarge: .tooLarge
      case .notRegular: .notAFile
      case .changed: .changedWhileRead
      }
    self.init(
      code, problem.description, at: Location(path: problem.path, fileIndex: fileIndex),
      advice: problem.advice)
  }
}
