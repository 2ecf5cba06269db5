internal import Documents
internal import Shapes

/// Finds, of many policies, those that a host's labels leave: of a fleet's policies most are for
/// other hosts.
struct PoliciesByLabel: Sendable {
  private let all: Range<Int>
  /// Those that ask for no label.
  private var unlabelled: [Int] = []
  /// The others, each under the rarest of the labels that it asks for: by its name and its value.
  private var labelled: [String: [String: [Int]]] = [:]

  init(_ policies: [Policy]) {
    all = policies.indices
    var counts: [String: [String: Int]] = [:]
    for policy in policies {
      for (name, value) in policy.labels { counts[name, default: [:]][value, default: 0] += 1 }
    }
    for (index, policy) in policies.enumerated() {
      let rarest = policy.labels.min {
        (counts[$0.key]?[$0.value] ?? 0, $0.key) < (counts[$1.key]?[$1.value] ?? 0, $1.key)
      }
      if let rarest {
        labelled[rarest.key, default: [:]][rarest.value, default: []].append(index)
      } else {
        unlabelled.append(index)
      }
    }
  }

  /// All but those that ask for a label that the host has not; all of them where its labels could not
  /// be read.
  func indices(for host: Host) -> [Int] {
    guard case .known(let labels) = host.labels else { return Array(all) }
    return labels.reduce(into: unlabelled) { found, label in
      found += labelled[label.key]?[label.value] ?? []
    }
  }
}

extension Policy {
  fileprivate var labels: [String: String] { spec.hosts?.labels?.value.values ?? [:] }
}
