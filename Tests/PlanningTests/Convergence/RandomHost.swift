import Documents

/// A host and what policies want of it, small enough to be read when a test fails on it, and to be
/// made smaller still.
struct RandomHost: Sendable {
  /// A module in memory, by number, as are builds, patches, functions and fixes.
  struct Live: Hashable, Sendable {
    var module: Int
    var build: Int
    var state: ModuleState
    var replace: Bool
    var functions: [Int]
    /// Whose it is; nil for somebody else's.
    var record: Record?
  }

  struct Record: Hashable, Sendable {
    var patch: Int
    var policy: String
    var requires: [Int]
    var fixes: [Int]
    var isStored: Bool
    /// The last thing that klpolicy did to it was to turn its transition around.
    var isTurned = false
  }

  struct Wanted: Hashable, Sendable {
    var patch: Int
    var policy: String
    var state: State
    var requires: [Int] = []
    var fixes: [Int] = []
    /// No window is open for it.
    var waits = false
  }

  enum State: Hashable, Sendable {
    /// The highest version first.
    case applied([Choice])
    case absent(modules: [Int])
    case fixedByKernel
  }

  struct Choice: Hashable, Sendable {
    var module: Int
    var build: Int
    var version: Int
    var admission: Admission
    var declaredReplace: Bool?
    var file: File?
  }

  enum Admission: Hashable, CaseIterable, Sendable { case admitted, early, unfit, unknown }

  /// What a module file says of itself.
  struct File: Hashable, Sendable {
    var replace: Bool?
    var functions: [Int]?
  }

  struct Build: Hashable, Sendable {
    var module: Int
    var build: Int
  }

  /// In the order of loading.
  var live: [Live] = []
  var wanted: [Wanted] = []
  var withdrawn: [Build] = []
  /// By patch; -1 holds everything.
  var holds: [Int] = []
  var unmanaged = "report"
  var prunes = false
  var allowsEmpty = false
  /// What the policies are bound by that a removal is made for: no window is open.
  var removalsWait = false
}

extension RandomHost {
  private static let modules = 6
  private static let builds = 3
  private static let patches = 5
  static let givenPolicies: Set<String> = ["db", "web"]

  init(seed: UInt64) {
    var dice = Dice(seed: seed)
    // What each build is, wherever it turns up.
    var replaces: [Build: Bool] = [:]
    var functions: [Build: [Int]] = [:]
    for module in 0..<Self.modules {
      for build in 0..<Self.builds {
        let it = Build(module: module, build: build)
        replaces[it] = dice.falls(12)
        functions[it] = dice.falls(70) ? [dice.below(4)] : dice.some(below: 4, 30)
      }
    }
    want(&dice, replaces, functions)
    load(&dice, replaces, functions)
    for module in 0..<Self.modules where dice.falls(12) {
      withdrawn.append(Build(module: module, build: dice.below(Self.builds)))
    }
    if dice.falls(8) { holds.append(-1) }
    holds += dice.some(below: Self.patches, 8)
    unmanaged = ["report", "report", "ignore", "remove"][dice.below(4)]
    prunes = dice.falls(15)
    allowsEmpty = dice.falls(30)
    removalsWait = dice.falls(15)
  }

  private mutating func want(
    _ dice: inout Dice, _ replaces: [Build: Bool], _ functions: [Build: [Int]]
  ) {
    // No module is of two patches.
    var free = Array(0..<Self.modules).shuffled(using: &dice)
    for patch in 0..<Self.patches where dice.falls(65) {
      var it = Wanted(
        patch: patch, policy: dice.falls(70) ? "web" : "db", state: .fixedByKernel,
        requires: dice.some(below: patch, 25), fixes: dice.some(below: 4, 25),
        waits: dice.falls(12))
      switch dice.below(10) {
      case 0: it.state = .fixedByKernel
      case 1, 2:
        it.state = .absent(modules: dice.falls(60) ? [dice.below(Self.modules)] : [])
      default:
        var modules: [Int] = []
        for _ in 0..<(1 + dice.below(2)) {
          if let module = free.popLast() { modules.append(module) }
        }
        // Versions may share a name, too.
        let count = dice.falls(8) ? 0 : modules.isEmpty ? 0 : 1 + dice.below(3)
        var seen: Set<Build> = []
        it.state = .applied(
          (0..<count).reversed().compactMap { version in
            let build = Build(
              module: modules[dice.below(modules.count)], build: dice.below(Self.builds))
            guard seen.insert(build).inserted else { return nil }
            let replace = replaces[build] ?? false
            return Choice(
              module: build.module, build: build.build, version: version + 1,
              admission: dice.falls(75) ? .admitted : Admission.allCases[dice.below(4)],
              declaredReplace: dice.falls(90) ? replace : nil,
              file: dice.falls(88)
                ? File(
                  replace: dice.falls(60) ? replace : nil,
                  functions: dice.falls(85) ? functions[build] : nil) : nil)
          })
      }
      wanted.append(it)
    }
  }

  /// Loads at random, as a kernel allows it.
  private mutating func load(
    _ dice: inout Dice, _ replaces: [Build: Bool], _ functions: [Build: [Int]]
  ) {
    let builds = wanted.flatMap { want -> [(patch: Int, choice: Choice)] in
      if case .applied(let choices) = want.state { choices.map { (want.patch, $0) } } else { [] }
    }
    for _ in 0..<dice.below(6) {
      var build = Build(module: dice.below(Self.modules), build: dice.below(Self.builds))
      var patch = dice.below(Self.patches)
      if dice.falls(55), let known = builds.randomElement(using: &dice) {
        build = Build(module: known.choice.module, build: known.choice.build)
        patch = known.patch
      }
      if live.contains(where: { $0.module == build.module }) { continue }
      let replace = replaces[build] ?? false
      if replace {
        for index in live.indices where live[index].state == .applied {
          live[index].state = .resident
        }
      }
      let isOurs = dice.falls(75)
      live.append(
        Live(
          module: build.module, build: build.build, state: .applied, replace: replace,
          functions: functions[build] ?? [],
          record: isOurs
            ? Record(
              patch: patch, policy: ["web", "web", "db", "ops"][dice.below(4)],
              requires: dice.some(below: patch, 25), fixes: dice.some(below: 4, 30),
              isStored: dice.falls(85)) : nil))
    }
    for index in live.indices {
      if live[index].state == .applied, dice.falls(6) { live[index].state = .resident }
      if live[index].state == .resident, dice.falls(8) { live[index].state = .pinned }
    }
    if dice.falls(12), let index = live.indices.filter({ live[$0].state == .applied }).last {
      let isEnabling = dice.falls(60)
      live[index].state = isEnabling ? .enabling : .disabling
      live[index].record?.isTurned = dice.falls(25)
      if live[index].replace, isEnabling {
        for below in live.indices where below < index && live[below].state == .resident {
          live[below].state = .replacing
        }
      }
    }
  }
}
