internal import Shapes

/// How bad what a patch fixes is, from the least to the most.
package enum Severity: String, CaseIterable, Hashable, Sendable, ShapedValue {
  case low, medium, high, critical
}

/// What is done about live patches that no policy names and nobody loaded for one.
package enum Unmanaged: String, CaseIterable, Hashable, Sendable, ShapedValue {
  case ignore, report, remove
}

/// Whether a patch is wanted.
package enum WantedState: String, CaseIterable, Hashable, Sendable, ShapedValue {
  case applied, absent
}
