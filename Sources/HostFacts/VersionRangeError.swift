/// What is wrong with the text of a range of versions, and what to write instead.
package struct VersionRangeError: Error, Hashable, Sendable {
  package enum Problem: Hashable, Sendable {
    /// No bound at all.
    case empty
    /// `=>6.1`, `~>6.1`.
    case unknownOperator(String, before: String)
    /// `>=` with nothing behind it.
    case versionMissing(after: String)
    /// `6.1` among bounds.
    case operatorMissing(before: String)
    case comma
    /// `>=6.1<6.2`
    case blankMissing(after: String)
    /// `>=6.x`, `>=6.1.*`, `>=v6.1`.
    case malformedVersion(String)
    /// `>=6.2 <6.1`: two bounds that no version can keep.
    case neverMatches(String, String, instead: String?)
    /// Two bounds of different distributions, flavours or architectures.
    case differentKernels(String, String)
  }

  package let problem: Problem
  /// Where it begins, in bytes of the UTF-8 text.
  package let offset: Int
  /// One sentence without its full stop.
  package let message: String
  /// What to do, as an instruction.
  package let advice: String

  init(_ problem: Problem, at offset: Int, in text: String) {
    self.problem = problem
    self.offset = offset
    message = problem.message
    advice = problem.advice(in: text)
  }
}

extension VersionRangeError.Problem {
  fileprivate var message: String {
    switch self {
    case .empty: "the range has no bound"
    case .unknownOperator(let sign, _): "\(sign) is no operator of a range"
    case .versionMissing(let sign): "\(sign) has no version behind it"
    case .operatorMissing(let version): "\(version) has no operator before it"
    case .comma: "there is a comma between the bounds of a range"
    case .blankMissing(let bound): "there is no blank behind \(bound)"
    case .malformedVersion(let version): "\(version) is no version"
    case .neverMatches(let one, let two, _): "no version is both \(one) and \(two)"
    case .differentKernels(let one, let two): "\(one) and \(two) are about different kernels"
    }
  }

  fileprivate func advice(in text: String) -> String {
    switch self {
    case .empty:
      "write one bound or more, such as >=6.1 <6.2"
    case .unknownOperator(let sign, let version):
      instead(of: sign, version)
    case .versionMissing(let sign):
      "write a version behind it, such as \(sign)6.1"
    case .operatorMissing(let version) where version.isGlob:
      "a glob stands alone: write an entry for each"
    case .operatorMissing(let version):
      "write =\(version), or one of >= > <= < != before it"
    case .comma:
      "separate the bounds with blanks: they all have to hold"
    case .blankMissing:
      "separate the bounds with blanks, as in >=6.1 <6.2"
    case .malformedVersion(let version):
      malformed(version)
    case .neverMatches(_, _, let instead?):
      "write \(instead)"
    case .neverMatches(_, _, nil):
      "take one of them away, or write two entries with a range each"
    case .differentKernels:
      "write an entry for each kind of kernel"
    }
  }

  private func instead(of sign: String, _ version: String) -> String {
    switch sign {
    case "=>": return "write >=\(version)"
    case "=<": return "write <=\(version)"
    case "==", "===": return "write =\(version)"
    case ">>": return "write >\(version)"
    case "<<": return "write <\(version)"
    case "!", "<>", "!==", "=!", "~=", "=~": return "write !=\(version)"
    case "~", "~>", "^":
      let numbers = version.split(separator: ".").prefix(2)
      guard let last = numbers.last.flatMap({ Int($0) }), last < Int.max else {
        return "write both bounds, such as >=6.1 <6.2"
      }
      let next = numbers.dropLast().map(String.init) + [String(last + 1)]
      return "write both bounds: >=\(version) <\(next.joined(separator: "."))"
    case "|", "||": return "write two entries with a range each: all bounds of a range have to hold"
    case "&", "&&": return "separate the bounds with blanks: they all have to hold"
    default: return "the operators are >= > <= < = !="
    }
  }

  private func malformed(_ version: String) -> String {
    if version.isGlob {
      return "write whole versions, such as >=6.1 <6.2, or a glob alone"
    }
    if version.hasPrefix("v"), version.utf8.dropFirst().first?.isDigit == true {
      return "write \(version.dropFirst())"
    }
    return "write a version such as 6.1 or 6.1.0-50"
  }
}

extension String {
  fileprivate var isGlob: Bool { utf8.contains { "*?[]".utf8.contains($0) } }
}
