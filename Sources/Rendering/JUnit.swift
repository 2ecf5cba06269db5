/// The results of tests, or of what a pipeline may see as tests, in the words of JUnit.
package struct JUnit: Hashable, Sendable {
  package var name: String
  package var suites: [Suite]

  package init(name: String, suites: [Suite]) {
    self.name = name
    self.suites = suites
  }

  /// The cases of one file.
  package struct Suite: Hashable, Sendable {
    package var name: String
    /// Where they are written down, if that is one file.
    package var file: String?
    package var cases: [Case]

    package init(name: String, file: String? = nil, cases: [Case]) {
      self.name = name
      self.file = file
      self.cases = cases
    }
  }

  /// One test. Readers know it again by `className` and `name` together, so these stay the same
  /// from run to run.
  package struct Case: Hashable, Sendable {
    package var name: String
    package var className: String
    package var outcome: Outcome
    /// How long it took; nil where nobody measured.
    package var time: Duration?
    /// What it had to say besides; empty for nothing.
    package var output: String

    package init(
      name: String, className: String, outcome: Outcome, time: Duration? = nil,
      output: String = ""
    ) {
      self.name = name
      self.className = className
      self.outcome = outcome
      self.time = time
      self.output = output
    }
  }

  /// What came of a test. There is one for each: readers pass over all but the first.
  package enum Outcome: Hashable, Sendable {
    case passed
    /// What was expected is not so.
    case failed(Problem)
    /// It could not be found out.
    case errored(Problem)
    case skipped(message: String)
  }

  /// Why a test did not pass.
  package struct Problem: Hashable, Sendable {
    /// A stable word for its kind, such as the code of a diagnostic.
    package var type: String
    /// One line.
    package var message: String
    /// All there is to say, in lines.
    package var text: String

    package init(type: String, message: String, text: String) {
      self.type = type
      self.message = message
      self.text = text
    }
  }
}

extension JUnit {
  /// How many there are, and how many of them did not pass.
  struct Counts {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0
    var time: Duration?

    init(_ cases: [Case]) {
      for test in cases {
        tests += 1
        switch test.outcome {
        case .passed: break
        case .failed: failures += 1
        case .errored: errors += 1
        case .skipped: skipped += 1
        }
        if let taken = test.time { time = (time ?? .zero) + taken }
      }
    }
  }
}
