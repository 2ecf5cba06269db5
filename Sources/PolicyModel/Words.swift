internal import Shapes

/// How bad what a patch fixes is, from the least to the most.
package enum Severity: String, CaseIterable, Hashable, Sendable, ShapedValue {
  case low, medium, high, critical
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
