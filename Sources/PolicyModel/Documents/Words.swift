internal import Shapes

/// How bad what a patch fixes is, from the least to the most.
package enum Severity: String, CaseIterable, Comparable, Hashable, Sendable, ShapedValue {
  case low, medium, high, critical

  private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }

  package static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }
}

/// What is done about live patches that no policy names and nobody loaded for one.
package enum Unmanaged: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case ignore, report, remove

  package var about: String {
    switch self {
    case .ignore: "they are left alone and not spoken of"
    case .report: "they are left alone, and every plan names them"
    case .remove: "they are taken off"
    }
  }
}

/// Whether a patch is wanted.
package enum WantedState: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case applied, absent

  package var about: String {
    switch self {
    case .applied: "the patch is loaded, and kept"
    case .absent: "the patch is taken off"
    }
  }
}

/// Whether modules must be signed, from the laxest to the strictest.
package enum SignatureRule: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case ignore, verify, require

  /// What holds where no policy says: a signature that is there must be good.
  package static let usual = SignatureRule.verify

  package var about: String {
    switch self {
    case .ignore: "signatures are left to the kernel"
    case .verify: "a signature that is there must be good"
    case .require: "there must be a good signature"
    }
  }
}

/// What becomes of a transition that does not complete in time.
package enum StallRule: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case revert, wait, force

  package var about: String {
    switch self {
    case .revert: "it is turned around"
    case .wait: "it is left running, and a later run finishes it"
    case .force: "the kernel is told to call it complete, where the command line allows that"
    }
  }
}

/// What is loaded at boot.
package enum BootRule: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case restore, desired, none

  package var about: String {
    switch self {
    case .restore: "the builds last verified on this release"
    case .desired: "newly admitted builds too"
    case .none: "nothing"
    }
  }
}
