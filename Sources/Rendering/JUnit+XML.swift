extension JUnit {
  /// The XML that pipelines read: elements and attributes of the `junit-10.xsd` by which Jenkins'
  /// xUnit plugin judges, and none besides. One line of text for each element, in UTF-8.
  package func xml() -> String {
    var xml = XMLWriter()
    let counts = Counts(suites.flatMap(\.cases))
    xml.element(
      "testsuites",
      [
        ("name", name), ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"),
        ("errors", "\(counts.errors)"), ("time", counts.time.map(seconds)),
      ]
    ) { xml in
      for suite in suites { suite.write(to: &xml) }
    }
    return xml.text
  }
}

extension JUnit.Suite {
  fileprivate func write(to xml: inout XMLWriter) {
    let counts = JUnit.Counts(cases)
    xml.element(
      "testsuite",
      [
        ("name", name), ("file", file), ("tests", "\(counts.tests)"),
        ("failures", "\(counts.failures)"), ("errors", "\(counts.errors)"),
        ("skipped", "\(counts.skipped)"), ("time", counts.time.map(seconds)),
      ]
    ) { xml in
      for test in cases { test.write(to: &xml) }
    }
  }
}

extension JUnit.Case {
  fileprivate func write(to xml: inout XMLWriter) {
    xml.element(
      "testcase",
      [("name", name), ("classname", className), ("time", time.map(seconds))]
    ) { xml in
      switch outcome {
      case .passed: break
      case .failed(let problem): problem.write("failure", to: &xml)
      case .errored(let problem): problem.write("error", to: &xml)
      case .skipped(let message): xml.element("skipped", [("message", message)])
      }
      if !output.isEmpty { xml.element("system-out", [], text: output) }
    }
  }
}

extension JUnit.Problem {
  fileprivate func write(_ name: String, to xml: inout XMLWriter) {
    xml.element(name, [("type", type), ("message", message)], text: text)
  }
}

/// `1.234`: seconds, as JUnit has them.
private func seconds(_ time: Duration) -> String {
  let milliseconds = max(0, Int(time / .milliseconds(1)))
  let fraction = String(milliseconds % 1000)
  return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
}
