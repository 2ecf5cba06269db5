internal import Diagnostics
internal import Documents
internal import HostFacts
internal import PolicyModel
internal import Shapes

/// Makes a policy of what a host has.
struct Adoption {
  private(set) var policy: AdoptedPolicy
  /// What is in force or installed, and could not be put into the policy.
  private(set) var problems: [Diagnostic]
  private let snapshot: HostSnapshot
  private let origins: ModuleOrigins

  init(_ snapshot: HostSnapshot, _ origins: ModuleOrigins, name: String?) {
    self.snapshot = snapshot
    self.origins = origins
    problems = origins.problems
    policy = AdoptedPolicy(
      name: name ?? Adoption.name(of: snapshot.host.hostname), hostname: snapshot.host.hostname,
      release: snapshot.host.kernel.release)
    for what in unobserved {
      leaveOut(
        "\(what) could not be observed",
        advice: "klpolicy status says why; put that right, or run it as root, and adopt again")
    }
    let packaged = adoptPackages()
    adoptPatches(except: packaged)
    adoptKpatch(except: packaged)
    adoptClient()
  }

  /// `adopted-web-1` of `web-1.example.org`; `adopted` of a name that no document could have.
  private static func name(of hostname: String) -> String {
    let host = hostname.lowercased().prefix { $0 != "." }
    let name = "adopted-\(host)"
    return DocumentName.form.pattern?.matches(name) == true ? name : "adopted"
  }

  /// What the policy would be taken from, and is not known.
  private var unobserved: [String] {
    let services = snapshot.services
    let facts: [(String, Bool)] = [
      ("which modules are loaded", snapshot.live.modules == .unknown),
      ("what klpolicy manages", snapshot.history.managed == .unknown),
      ("kpatch's directories", services?.kpatch?.modules == .unknown),
      ("the packages of live patches", services?.redHat?.packages == .unknown),
      ("dnf's plugin kpatch", services?.redHat?.plugin == .unknown),
      ("the packages of live patches of SUSE", services?.suse?.packages == .unknown),
    ]
    return facts.filter(\.1).map(\.0)
  }

  private mutating func leaveOut(_ what: String, advice: String) {
    policy.remarks.append(what)
    problems.append(Diagnostic(.notAdopted, what, advice: advice, severity: .warning))
  }

  // MARK: - Packages

  /// - Returns: the modules that are a package's, which its service speaks of.
  private mutating func adoptPackages() -> Set<String> {
    let services = snapshot.services
    var modules: Set<String> = []
    if let redHat = services?.redHat {
      let plugin = redHat.plugin?.value.map { $0.autoupdate ? "auto" : "manual" }
      if let package = newest(redHat.packages.value) {
        modules.formUnion(package.modules.compactMap(\.module))
        policy.services.append(.redHat(version(package), plugin: plugin))
      } else if let plugin, redHat.packages != .unknown {
        policy.remarks.append(
          "no live-patch package is installed for this kernel, and dnf's plugin is \(plugin)")
      }
    }
    if let suse = services?.suse, let package = newest(suse.packages.value) {
      modules.formUnion(package.modules.compactMap(\.module))
      policy.services.append(.suse(version(package)))
    }
    return modules
  }

  private func newest(_ packages: [Services.Package]?) -> Services.Package? {
    packages?.filter { $0.kernel == snapshot.host.kernel.release }.max { one, other in
      one.id.epoch != other.id.epoch
        ? one.id.epoch < other.id.epoch
        : compareRPM(one.id.versionRelease, other.id.versionRelease) == .below
    }
  }

  /// A package that only subscribes is wanted at least: what comes after it is what it is for.
  private func version(_ package: Services.Package) -> AdoptedPolicy.PackageVersion {
    package.isEmpty ? .atLeast(package.id.versionRelease) : .exactly(package.id.versionRelease)
  }

  // MARK: - Live patches

  private mutating func adoptPatches(except packaged: Set<String>) {
    // The order of loading is that in which they lie over each other.
    for live in snapshot.live.patches where !packaged.contains(live.module) {
      switch live.state {
      case .known(.applied): adopt(live)
      case .known(.resident), .known(.pinned), .known(.absent):
        policy.remarks.append("\(live.module) is in memory and not in force")
      case .known(let state):
        leaveOut(
          "\(live.module) is \(state.rawValue), so what comes of it is not known yet",
          advice: "adopt again when the transition is over: klpolicy status")
      case .unknown:
        leaveOut(
          "the state of \(live.module) could not be observed",
          advice: "put right what klpolicy status calls unobserved, and adopt again")
      }
    }
    // Two builds of one patch are two patches to a policy.
    let names = Dictionary(grouping: policy.patches, by: \.name)
    for index in policy.patches.indices {
      let patch = policy.patches[index]
      guard names[patch.name, default: []].count > 1 else { continue }
      policy.patches[index].name = String(patch.module.map { $0 == "_" ? "-" : $0 })
    }
  }

  private mutating func adopt(_ live: LivePatch) {
    let module = live.module
    if let record = snapshot.history.managed.value?.first(where: { $0.module == module }) {
      policy.remarks.append(
        "\(module) is managed: it was loaded for the policy \(record.policy), as the patch "
          + record.patch)
      return
    }
    if module.hasPrefix(Services.Canonical.modulePrefix), snapshot.services?.canonical != nil {
      policy.remarks.append("\(module) is in the keeping of Canonical's client")
      return
    }
    guard case .known(let buildID)? = live.buildID else {
      leaveOut(
        live.buildID == nil
          ? "\(module) carries no build ID, by which its file could be told"
          : "the build ID of \(module) could not be read",
        advice: live.buildID == nil
          ? "build it with one (ld --build-id), and load that" : "run it as root")
      return
    }
    let (found, problems) = origins.origin(of: module, buildID: buildID)
    guard let origin = found else {
      let tried = problems.isEmpty ? "" : " (\(problems.joined(separator: "; ")))"
      leaveOut(
        "the file that \(module) came from was not found\(tried)",
        advice: "name the directory that holds it with --modules")
      return
    }
    policy.patches.append(
      AdoptedPolicy.Patch(
        name: origin.patch, version: origin.version, module: module, file: origin.path,
        sha256: origin.sha256, buildID: buildID, replace: origin.replace ?? live.replace.value,
        functions: origin.functions))
  }

  // MARK: - Services without packages

  private mutating func adoptKpatch(except packaged: Set<String>) {
    let release = snapshot.host.kernel.release
    let files = (snapshot.services?.kpatch?.modules.value ?? [])
      .filter { $0.path.hasPrefix("/var/lib/kpatch/\(release)/") && $0.file == .present }
    var names: [String] = []
    for file in files {
      // Red Hat's packages put their own there.
      guard let module = file.module, !packaged.contains(module) else { continue }
      if let patch = policy.patches.first(where: {
        $0.module == module && $0.buildID == file.buildID
      }) {
        names.append(patch.name)
      } else {
        policy.remarks.append("\(file.path), which kpatch loads at boot, is not in force as it is")
      }
    }
    if !names.isEmpty { policy.services.append(.kpatch(names)) }
  }

  private mutating func adoptClient() {
    guard let client = snapshot.services?.canonical else { return }
    guard case .known(let isEnabled) = client.isEnabled else {
      leaveOut(
        "whether \(client.client) is enabled could not be learnt",
        advice: "see what it says itself, and adopt again")
      return
    }
    var settings: [AdoptedPolicy.Setting] = [.flag("enabled", isEnabled)]
    if isEnabled {
      let known = client.configuration?.value
      if let cutoff = known?.cutoffDate?.value {
        settings.append(.text("cutoffDate", "\(cutoff)"))
      }
      if let delay = known?.patchDelay?.value, delay > 0 {
        settings.append(.text("patchDelay", Duration.seconds(delay).shortText))
      }
      if let server = known?.server {
        if ArtefactURL.form.pattern?.matches(server) == true {
          settings.append(.text("server", server))
        } else {
          policy.remarks.append("the client's server, which is not asked by https")
        }
      }
      if let tier = client.tier, TierName.form.pattern?.matches(tier) == true {
        settings.append(.text("tier", tier))
      }
      if let interval = known?.checkInterval?.value {
        settings.append(.text("checkInterval", "\(interval)m"))
      }
      if client.configuration == .unknown {
        leaveOut(
          "the settings of \(client.client) could not be read",
          advice: "see what it says itself, and adopt again")
      }
    }
    policy.services.append(.canonical(settings))
  }
}

extension Diagnostic.Code {
  static let notAdopted = Diagnostic.Code(
    "not-adopted", "Something that the host has, and that the policy of it does not say.")
}
