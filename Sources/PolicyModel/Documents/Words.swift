internal import Shapes

/// How bad what a patch fixes is, from the least to the most.
package enum Severity: String, Comparable, Hashable, Sendable, ShapedValue, TranslatedWord {
  case low, medium, high, critical

  /// The words of vendors, and scores of CVSS 3.1 by its own scale of severities.
  package static func advice(on text: String) -> String? {
    if let score = Double(text), (0.1...10).contains(score) {
      let severity: Severity =
        score < 4 ? .low : score < 7 ? .medium : score < 9 ? .high : .critical
      return "write \(severity), which a score of \(text) is"
    }
    switch text.lowercased() {
    case "important": return "write high"
    case "moderate", "normal": return "write medium"
    case "minor", "negligible", "none": return "write low"
    case "urgent", "severe", "emergency": return "write critical"
    default: return nil
    }
  }

  private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }

  package static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }
}

/// What is done about live patches that no policy names and nobody loaded for one.
package enum Unmanaged: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case ignore, report, remove

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "keep", "leave", "allow", "warn":
      "write report: they stay, and every plan names them; or ignore: nothing is said of them"
    case "delete", "prune", "unload": "write remove"
    default: nil
    }
  }

  package var about: String {
    switch self {
    case .ignore: "they are left alone and not spoken of"
    case .report: "they are left alone, and every plan names them"
    case .remove: "they are taken off"
    }
  }
}

/// Whether a patch is wanted.
package enum WantedState: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case applied, absent

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "present", "enabled", "loaded", "installed", "latest", "on", "yes", "true", "running":
      "write applied, or leave `state` out, which says the same"
    case "disabled", "removed", "unloaded", "uninstalled", "off", "no", "false", "stopped":
      "write absent"
    default: nil
    }
  }

  package var about: String {
    switch self {
    case .applied: "the patch is loaded, and kept"
    case .absent: "the patch is taken off"
    }
  }
}

/// Whether modules must be signed, from the laxest to the strictest.
package enum SignatureRule: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case ignore, verify, require

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "true", "yes", "on", "strict", "enforce", "enforced", "mandatory": "write require"
    case "false", "no", "off", "none", "skip": "write ignore"
    case "optional", "check": "write verify"
    default: nil
    }
  }

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
package enum StallRule: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case revert, wait, force

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "rollback", "undo", "reverse", "cancel", "abort": "write revert"
    case "continue", "keep", "ignore": "write wait"
    default: nil
    }
  }

  package var about: String {
    switch self {
    case .revert: "it is turned around"
    case .wait: "it is left running, and a later run finishes it"
    case .force: "the kernel is told to call it complete, where the command line allows that"
    }
  }
}

/// What is loaded at boot.
package enum BootRule: String, DescribedWord, Hashable, Sendable, ShapedValue, TranslatedWord {
  case restore, desired, none

  package static func advice(on text: String) -> String? {
    switch text.lowercased() {
    case "false", "no", "off", "never": "write none"
    default: nil
    }
  }

  package var about: String {
    switch self {
    case .restore: "the builds last verified on this release"
    case .desired: "newly admitted builds too"
    case .none: "nothing"
    }
  }
}
