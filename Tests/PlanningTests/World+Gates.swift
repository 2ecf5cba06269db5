import Diagnostics
import Documents
import Nodes
import Planning
import PolicyModel
import Schedule
import Testing

/// When the tests of gates take place: a Tuesday.
let testMoment = "2026-11-24T12:00:00Z"

extension World {
  /// The same with everything bound by a policy of that `spec`, as the policy `web` writes it.
  func bound(by spec: String, severity: Severity? = nil) throws -> World {
    var world = self
    let constraints = try constraints(["web": spec])
    for index in world.desired.patches.indices {
      world.desired.patches[index].constraints = constraints
      world.desired.patches[index].severity = severity
    }
    world.desired.constraintsOfPolicies = OwnerConstraints(
      policies: constraints.policies, timetables: constraints.timetables)
    world.desired.constraintsOfHost = constraints
    return world
  }

  /// The same with one patch bound by more than one policy.
  func bound(_ patch: String, by specs: [String: String]) throws -> World {
    var world = self
    for index in world.desired.patches.indices where world.desired.patches[index].name == patch {
      world.desired.patches[index].constraints = try constraints(specs)
    }
    return world
  }

  /// The same at a moment, by the host's clock.
  func at(_ moment: String) -> World {
    changed { $0.snapshot.takenAt = Timestamp(moment) }
  }

  /// The same with one patch severe.
  func severe(_ patch: String, _ severity: Severity) -> World {
    changed {
      for index in $0.desired.patches.indices where $0.desired.patches[index].name == patch {
        $0.desired.patches[index].severity = severity
      }
    }
  }

  func held(_ patch: String? = nil, until: String? = nil) -> World {
    changed {
      let hold = Hold(
        patch: patch, reason: "audit", until: until.map { Timestamp($0) }, by: "ada",
        since: Timestamp("2026-11-24T08:00:00Z"))
      $0.snapshot.history.holds = .known(($0.snapshot.history.holds.value ?? []) + [hold])
    }
  }

  func overriding() -> World { changed { $0.options.overridesWindows = true } }

  private func constraints(_ specs: [String: String]) throws -> Constraints {
    let sources = specs.sorted { $0.key < $1.key }.map { name, spec in
      SourceText(
        path: "\(name).yaml",
        bytes: Array(
          """
          apiVersion: klpolicy/v1
          kind: Policy
          metadata: {name: \(name)}
          spec:
          \(spec.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
          """.utf8))
    }
    let now = Timestamp(testMoment)
    let (set, diagnostics) = PolicySet.check(sources, at: now, purpose: .use)
    let policies = try #require(set, "\(diagnostics)")
    return try #require(policies.desired(on: .test, at: now).desired).constraintsOfHost
  }
}

extension Timestamp {
  /// RFC 3339, in UTC.
  init(_ text: String) {
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
    let leaps = (1970..<numbers[0]).count { $0 % 4 == 0 }
    let leap = numbers[0] % 4 == 0 && numbers[1] > 2 ? 1 : 0
    let day =
      (numbers[0] - 1970) * 365 + leaps + leap + days[..<(numbers[1] - 1)].reduce(0, +)
      + numbers[2] - 1
    self.init(
      secondsSinceEpoch: day * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
  }
}

extension Plan {
  /// `window deferred outside-window`, a line a result.
  var gateOutline: [String] {
    gates.map { gate in
      [gate.gate.rawValue, gate.verdict.rawValue, gate.reason?.rawValue].compactMap { $0 }
        .joined(separator: " ")
    }
  }
}
