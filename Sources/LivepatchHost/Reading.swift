package import Documents
package import Files

/// What came of reading one thing: there, not there, or there and of no use.
package enum Reading<Value> {
  case value(Value)
  case absent
  case failed(ReadFailure)

  package var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  package var failure: ReadFailure? {
    if case .failed(let failure) = self { failure } else { nil }
  }

  package var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }

  func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> {
    switch self {
    case .value(let value): .value(transform(value))
    case .absent: .absent
    case .failed(let failure): .failed(failure)
    }
  }
}

extension Reading: Equatable where Value: Equatable {}

/// Why something that is there could not be used.
package enum ReadFailure: Error, Hashable, Sendable {
  case unreadable(SystemError)
  /// What every host has is not there: nothing can be concluded from what lies below it.
  case missing(path: String)
  /// The path, and what was found in the place of what is documented.
  case malformed(path: String, message: String)

  /// The form in which a snapshot tells it.
  package var unobserved: Unobserved {
    switch self {
    case .unreadable(let error):
      Unobserved(
        path: error.path, problem: .unreadable, message: "\(error.operation): \(error.errno)")
    case .missing(let path):
      Unobserved(path: path, problem: .absent, message: "not there")
    case .malformed(let path, let message):
      Unobserved(path: path, problem: .malformed, message: message)
    }
  }
}
