extension VersionRange {
  /// Versions near its bounds: if any version matches it, one of these most likely does.
  package var samples: [String] { isExact ? [text] : boundSamples(text) }
}

extension KernelReleasePattern {
  package var isExact: Bool { exactRelease != nil }

  /// Releases that it may match: if any does, one of these most likely does.
  package var samples: [String] {
    if let glob { return Glob.witness(matching: [glob]).map { [$0] } ?? [] }
    return range == nil ? [text] : boundSamples(text)
  }
}

private func boundSamples(_ text: String) -> [String] {
  ((try? VersionBound.parse(text)) ?? []).flatMap { bound in
    switch bound.comparison {
    case .atLeast, .atMost, .equal: [bound.version, bound.version + ".1"]
    case .above, .unequal: [bound.version + ".1", bound.version + "1"]
    case .below: [bound.version + "~1", "0"]
    }
  }
}

extension VersionRange {
  /// Stands for a range that was missing or wrong: no version matches it.
  package static let placeholder = VersionRange(exactly: "")
}
