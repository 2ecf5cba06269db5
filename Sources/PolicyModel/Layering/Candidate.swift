internal import Diagnostics
internal import HostFacts
internal import Nodes
internal import Shapes
internal import SystemPackage

/// What one policy says about a patch.
struct Candidate {
  let policy: Policy
  let rule: KernelRule
  let entry: PatchEntry

  var name: String { entry.name.value.text }

  /// By policy, then by place: the same whatever was read first.
  var order: Order {
    let position = entry.place.position ?? Position(line: 0, column: 0)
    return Order(
      policy: policy.name.value.text, path: entry.place.source.path, position: position)
  }

  struct Order: Comparable {
    var policy: String
    var path: String
    var position: Position

    static func < (lhs: Order, rhs: Order) -> Bool {
      (lhs.policy, lhs.path, lhs.position) < (rhs.policy, rhs.path, rhs.position)
    }
  }

  /// The keys in which another candidate of the same priority says something else.
  func differences(from other: Candidate) -> [String] {
    let (own, theirs) = (BuildDefinition(entry), BuildDefinition(other.entry))
    switch (own, theirs) {
    case (nil, nil):
      return entry.version?.value.text == other.entry.version?.value.text ? [] : ["version"]
    case (nil, _), (_, nil):
      return ["module"]
    case (let own?, let theirs?):
      return [
        ("module", own.module == theirs.module),
        ("file", own.origin.normalized == theirs.origin.normalized),
        ("sha256", own.sha256 == theirs.sha256), ("replace", own.replace == theirs.replace),
        ("version", own.version == theirs.version), ("released", own.released == theirs.released),
        ("buildID", own.buildID == theirs.buildID),
        ("kernelBuildID", own.kernelBuildID == theirs.kernelBuildID),
        ("fixes", Set(entry.fixes?.value ?? []) == Set(other.entry.fixes?.value ?? [])),
        ("severity", entry.severity?.value == other.entry.severity?.value),
        (
          "requires",
          Set(entry.requires?.map(\.value) ?? []) == Set(other.entry.requires?.map(\.value) ?? [])
        ),
        ("fixedIn", entry.fixedIn?.value == other.entry.fixedIn?.value),
      ].filter { !$0.1 }.map(\.0)
    }
  }
}

/// What a patch is, whether its entry defines it or a PatchSet does.
struct PatchDefinition {
  var fixes: [String]
  var severity: Severity?
  var requires: [Located<PatchName>]
  var fixedIn: Located<KernelReleaseList>?
  /// For one release, the highest version first.
  var builds: [BuildDefinition]
  /// The versions that are admitted, where the entry refers to a PatchSet and says so.
  var versions: Located<VersionRange>?

  init(_ entry: PatchEntry, release: String, catalogue: Catalogue) {
    if entry.isInPlace {
      fixes = entry.fixes?.value.map(\.text) ?? []
      severity = entry.severity?.value
      requires = entry.requires ?? []
      fixedIn = entry.fixedIn
      builds = BuildDefinition(entry).map { [$0] } ?? []
    } else {
      let patch = catalogue[entry.name.value.text]
      fixes = patch?.fixes ?? []
      severity = patch?.severity
      requires = patch?.requires ?? []
      fixedIn = patch?.fixedIn
      builds = patch?.builds(for: release).map { BuildDefinition($0) } ?? []
      versions = entry.version
    }
    // Whoever defines it again, and where: what was recalled stays recalled.
    let withdrawals = catalogue.withdrawals(for: release)
    for index in builds.indices where !builds[index].isWithdrawn && !withdrawals.isEmpty {
      builds[index].withdrawnAt =
        withdrawals.first { $0.isSameModule(as: builds[index]) }?.withdrawnAt
    }
  }
}
