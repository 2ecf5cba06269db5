package import SystemPackage

/// Why a file or directory was not read.
package struct FileProblem: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// It, or a directory on the way to it, does not exist.
    case absent
    case unreadable(Errno)
    /// Somebody other than root could have written it. The reason names the node at fault.
    case untrusted(reason: String)
    /// It has more bytes than are read of such a file.
    case tooLarge(limit: Int)
    /// A directory, pipe, socket or device where a file is wanted.
    case notRegular
    /// Somebody wrote, replaced or removed it while it was read.
    case changed
  }

  /// The path that was asked for.
  package let path: String
  package let kind: Kind
  /// The file, directory or link at fault, where that is another than `path`.
  package let culprit: String?
  /// What to do about it, as an instruction.
  package let advice: String?

  package init(_ path: FilePath, _ kind: Kind, at culprit: FilePath? = nil, advice: String? = nil) {
    self.path = path.string
    self.kind = kind
    self.culprit = culprit == path ? nil : culprit?.string
    self.advice = advice ?? kind.usualAdvice
  }
}

extension FileProblem.Kind {
  fileprivate var usualAdvice: String? {
    switch self {
    case .changed: "run it again; write such files aside and rename them into place"
    case .absent, .unreadable, .untrusted, .tooLarge, .notRegular: nil
    }
  }
}

extension FileProblem: CustomStringConvertible {
  /// One sentence without a full stop; the advice is not in it.
  package var description: String {
    switch kind {
    case .absent:
      culprit.map { "\(path) does not exist: there is no \($0)" } ?? "\(path) does not exist"
    case .unreadable(let errno):
      "\(path) cannot be read: \(culprit.map { "\($0): " } ?? "")\(errno)"
    case .untrusted(let reason): "\(path) is not trusted: \(reason)"
    case .tooLarge(let limit): "\(path) is larger than \(byteCount(limit))"
    case .notRegular: "\(path) is no regular file"
    case .changed: "\(path) changed while it was read"
    }
  }
}

/// Turns the errno of a system call made for `path`, on `culprit`, into a problem.
func orProblem<Result: ~Copyable>(
  _ path: FilePath, at culprit: FilePath? = nil, _ body: () throws(Errno) -> Result
) throws(FileProblem) -> Result {
  do throws(Errno) {
    return try body()
  } catch {
    let kind = error == .noSuchFileOrDirectory ? FileProblem.Kind.absent : .unreadable(error)
    throw FileProblem(path, kind, at: culprit)
  }
}

/// A number of bytes in the largest binary unit that divides it.
private func byteCount(_ count: Int) -> String {
  for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
  where count > 0 && count % size == 0 {
    return "\(count / size) \(unit)"
  }
  return "\(count) bytes"
}
