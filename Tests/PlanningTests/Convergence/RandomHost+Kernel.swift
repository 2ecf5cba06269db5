import Documents
import KernelRules

extension RandomHost.Live {
  /// Whether it fixes something, once a running transition is over.
  var isInForce: Bool { state == .applied }
}

extension KernelModel {
  init(_ host: RandomHost) throws {
    let moving = host.live.first { [.enabling, .disabling].contains($0.state) }
    try self.init(
      modules: host.live.map { live in
        Module(
          name: live.name, buildID: live.buildID, replace: live.replace,
          listed: ![.resident, .pinned].contains(live.state), forced: live.state == .pinned)
      },
      transition: moving.map {
        Transition(module: $0.name, direction: $0.state == .enabling ? .enabling : .disabling)
      })
  }
}

extension RandomHost {
  /// Whether what a step loads takes everything else off.
  func replaces(_ step: Step, _ chosen: [String: Choice]) -> Bool {
    let choice = chosen[step.patch ?? ""]
    // What is loaded again is known from having been there.
    let again = live.first { $0.name == choice?.name && $0.buildID == choice?.buildID }
    return again?.replace ?? choice?.replaces ?? true
  }

  /// The host that a kernel has become by itself.
  func after(_ kernel: KernelModel) -> RandomHost {
    var host = self
    for index in host.live.indices {
      host.live[index].state =
        ModuleState(rawValue: kernel.state(of: host.live[index].name).rawValue) ?? .absent
    }
    return host
  }

  /// The host that a kernel has become by the steps of a plan, with the journal's records of it.
  func after(_ kernel: KernelModel, _ plan: Plan, _ chosen: [String: Choice]) -> RandomHost {
    var host = self
    let loads = plan.steps.filter { $0.action == .load }
    host.live = kernel.modules.compactMap { module in
      let state = ModuleState(rawValue: kernel.state(of: module.name).rawValue) ?? .absent
      if let step = loads.last(where: { $0.module == module.name }),
        let want = wanted.first(where: { $0.name == step.patch }), let choice = chosen[want.name]
      {
        return Live(
          module: choice.module, build: choice.build, state: state, replace: module.replace,
          functions: choice.file?.functions
            ?? live.first { $0.name == choice.name && $0.buildID == choice.buildID }?.functions
            ?? [],
          record: Record(
            patch: want.patch, policy: want.policy, requires: want.requires, fixes: want.fixes,
            isStored: true))
      }
      var earlier = live.first { $0.name == module.name }
      earlier?.state = state
      return earlier
    }
    return host
  }
}
