internal import Compatibility
internal import Documents
internal import ModuleFile
internal import PolicyModel

/// Two live patches of one function, of which the one that comes last is in force, and the other
/// silently is not: an error, unless that is what was meant.
extension Planner {
  /// Blocks what is to be loaded and patches a function that something else patches too, which stays
  /// or comes with it.
  ///
  /// It is meant where one requires the other, or replaces it; and what is to go is a predecessor.
  mutating func blockFunctionConflicts() {
    var conflicts: [(index: Int, obstacle: Obstacle)] = []
    for index in targets.indices where targets[index].loads {
      let target = targets[index]
      let functions = functions(of: target)
      if functions.isEmpty || target.replaces { continue }
      for other in targets where other.patch.name != target.patch.name {
        if case .blocked = other.standing { continue }
        if other.replaces || isRequired(target.patch.name, other.patch.name) { continue }
        let shared = functions.intersection(self.functions(of: other))
        if shared.isEmpty { continue }
        conflicts.append(
          (index, conflict(target, shared, with: other.patch.name, "which is wanted too")))
      }
      for live in ground.live where settledStates[live.module] == .applied {
        let isWanted = targets.contains { $0.build.module == live.module }
        if isWanted || removals.contains(where: { $0.live.module == live.module }) { continue }
        let record = ground.record(live.module)
        if let record {
          if record.patch == target.patch.name || isRequired(target.patch.name, record.patch) {
            continue
          }
        }
        let shared = functions.intersection(live.patchedFunctions)
        if shared.isEmpty { continue }
        let owner =
          record.map { "klpolicy loaded for policy \($0.policy)" } ?? "somebody else loaded"
        conflicts.append((index, conflict(target, shared, with: live.module, "which \(owner)")))
      }
    }
    for (index, obstacle) in conflicts { targets[index].block(obstacle) }
  }

  private func functions(of target: Target) -> Set<FunctionOfObject> {
    var functions: Set<FunctionOfObject> = []
    if case .verified(let facts) = input.artefacts[target.patch.name] {
      functions = facts.patchedFunctions
    }
    if target.isInPlace, let live = ground.livePatch(target.build.module) {
      functions.formUnion(live.patchedFunctions)
    }
    return functions
  }

  private func conflict(
    _ target: Target, _ shared: Set<FunctionOfObject>, with other: String, _ whose: String
  ) -> Obstacle {
    let names = shared.map(\.description).sorted().joined(separator: ", ")
    return Obstacle(
      .functionConflict,
      "\(target.patch.name) patches \(names), and so does \(other), \(whose): only the one loaded last "
        + "would be in force; want one of them, build both into one patch, or let the one that was "
        + "made to follow the other require it")
  }

  /// Whether one of two patches requires the other, if by way of others.
  private func isRequired(_ one: String, _ other: String) -> Bool {
    reaches(one, other) || reaches(other, one)
  }

  private func reaches(_ start: String, _ end: String) -> Bool {
    var seen: Set<String> = [start]
    var ahead = [start]
    while let name = ahead.popLast() {
      for required in requirements(of: name) where seen.insert(required).inserted {
        if required == end { return true }
        ahead.append(required)
      }
    }
    return false
  }

  private func requirements(of patch: String) -> [String] {
    if let target = targets.first(where: { $0.patch.name == patch }) {
      return target.patch.requires
    }
    return ground.module(ofPatch: patch).flatMap { ground.record($0)?.requires } ?? []
  }
}

/// One function that a live patch changes.
struct FunctionOfObject: Hashable, CustomStringConvertible {
  var object: String
  var name: String
  /// From 1.
  var sympos: UInt64

  init(_ object: String, _ name: String, sympos: UInt64) {
    self.object = object
    self.name = name
    self.sympos = max(1, sympos)
  }

  var description: String { "\(object):\(name)" + (sympos == 1 ? "" : ",\(sympos)") }
}

extension LivePatch {
  fileprivate var patchedFunctions: Set<FunctionOfObject> {
    Set(
      objects.flatMap { object in
        object.functions.map {
          FunctionOfObject(object.name, $0.name, sympos: UInt64(clamping: $0.sympos))
        }
      })
  }
}

extension ModuleFacts {
  fileprivate var patchedFunctions: Set<FunctionOfObject> {
    Set(
      (objects ?? []).flatMap { object in
        object.functions.map { FunctionOfObject(object.name, $0.name, sympos: $0.sympos) }
      })
  }
}
