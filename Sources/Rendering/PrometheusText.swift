/// Metrics in Prometheus' text format, version 0.0.4, as scrapers and the node exporter's textfile
/// collector read it.
///
/// Each family is written once, with its help and type, its samples in the order given. A family
/// without samples is left out: what is unknown is absent, and no number stands for it.
struct PrometheusText {
  private(set) var text = ""

  /// One line of a family.
  struct Sample {
    var labels: [(name: String, value: String)]
    var value: Int

    init(_ value: Int, _ labels: (name: String, value: String)...) {
      self.labels = labels
      self.value = value
    }
  }

  /// - Parameters:
  ///   - name: with its unit at the end; nothing else than letters, digits and underscores.
  ///   - help: one sentence without a full stop.
  ///   - samples: no two of them with the same labels.
  mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
    if samples.isEmpty { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
      text += name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
      text += " \(sample.value)\n"
    }
  }

  /// A family of one sample, absent where its value is unknown.
  mutating func gauge(_ name: String, _ help: String, _ value: Int?) {
    gauge(name, help, value.map { [Sample($0)] } ?? [])
  }
}

/// A label's value with its backslashes, quotes and line feeds escaped; other control characters,
/// which the format allows and no terminal should see, become spaces.
private func escaped(_ value: String) -> String {
  var text = ""
  for scalar in value.unicodeScalars {
    switch scalar {
    case "\\": text += "\\\\"
    case "\"": text += "\\\""
    case "\n": text += "\\n"
    case _ where scalar.value < 0x20 || scalar.value == 0x7f: text += " "
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}
