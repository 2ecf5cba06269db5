import Compatibility
import Documents
import ModuleFile
import Testing

@Suite struct `Whether a module would load` {
  /// A live patch of one function that the kernel has.
  private func world(_ change: (inout FitCase.World) -> Void = { _ in }) -> FitCase.World {
    var world = FitCase.World()
    world.kernel?.objects.append(
      KernelFacts.Object(name: "gone", presence: .known(.absent), functions: []))
    change(&world)
    return world
  }

  private func verdict(
    _ world: FitCase.World, _ live: LiveState = .usual
  ) -> InspectedModule.Verdict {
    loadVerdict(world.facts, on: world.host, live: live, kernel: world.kernel)
  }

  @Test func `it would when nothing is in the way and everything is known`() {
    let verdict = verdict(world())
    #expect(verdict.wouldLoad == .known(true))
    #expect(verdict.errno == nil)
    #expect(verdict.unknown == [])
  }

  @Test func `nobody knows where something could not be looked at`() {
    let verdict = verdict(world { $0.kernel = nil })
    #expect(verdict.wouldLoad == .unknown)
    #expect(verdict.unknown.count == 1)
  }

  /// klp_is_patch_compatible: a patch that replaces others has to have all their states.
  @Test(
    arguments: [
      (false, [], .known(true)), (true, [], .unknown), (nil, [], .unknown),
      (false, [ModuleFacts.State(id: 1, version: 1)], .unknown), (false, nil, .unknown),
    ] as [(Bool?, [ModuleFacts.State]?, Fact<Bool>)])
  func `nobody knows the states of what is in memory`(
    replace: Bool?, states: [ModuleFacts.State]?, expected: Fact<Bool>
  ) {
    let world = world {
      $0.facts.replace = replace
      $0.facts.states = states
    }
    #expect(verdict(world).wouldLoad == expected)
    var alone = LiveState.usual
    alone.patches[0].state = .known(.resident)
    #expect(verdict(world, alone).wouldLoad == .known(true))
  }

  @Test func `what would load and patch nothing is refused`() {
    let named = verdict(world { $0.facts.defect = .namesVmlinux })
    #expect(named.wouldLoad == .known(false))
    #expect(named.errno == nil)
    #expect(named.obstacles.map(\.reason) == [.functionNotPatchable])
    let uncalled = verdict(world { $0.facts.hasInit = false })
    #expect(uncalled.wouldLoad == .known(false))
    #expect(uncalled.obstacles.map(\.reason) == [.notALivepatch])
  }

  @Test func `an object is named once, and a function with a name that there can be`() {
    let twice = verdict(
      world { $0.facts.objects = ($0.facts.objects ?? []) + ($0.facts.objects ?? []) })
    #expect(twice.errno == "EEXIST")
    let long = String(repeating: "n", count: 512)
    let named = verdict(
      world {
        $0.facts.objects?.append(.init(name: "gone", functions: [.init(name: long, sympos: 0)]))
      })
    #expect(named.errno == "EINVAL")
  }

  @Test func `memory of each processor's own may be used up`() {
    #expect(verdict(world { $0.facts.perCPUSize = 8 }).wouldLoad == .unknown)
  }

  @Test func `of several obstacles the kernel tells the first that it meets`() {
    let verdict = verdict(
      world {
        $0.change { $0.count = .known(0) }
        $0.kernel?.blacklist = .known(["klp_fix"])
        $0.host.kernel.signatureEnforced = .known(true)
        $0.host.kernel.ftraceEnabled = .known(false)
      })
    #expect(verdict.wouldLoad == .known(false))
    #expect(verdict.errno == "EKEYREJECTED")
    #expect(
      verdict.obstacles.map { "\($0.reason.rawValue) \($0.errno ?? "-")" } == [
        "ftrace-disabled EBUSY", "signature-missing EKEYREJECTED", "blacklisted EPERM",
        "function-not-patchable EINVAL",
      ])
  }

  /// With versions of symbols in a module the kernel does not look at the release.
  @Test func `an obstacle of klpolicy's own has no errno`() {
    let verdict = verdict(
      world {
        $0.facts.info = ModuleFacts.facts("klp_fix", release: "6.1.0-99-cloud-amd64").info
        $0.facts.versions = [SymbolVersion(symbol: "module_layout", crc: 1)]
        $0.kernel?.symbols = [
          KernelFacts.Symbol(
            name: "module_layout", exported: .known(false), crc: .known("0x00000001"))
        ]
      })
    #expect(verdict.wouldLoad == .known(false))
    #expect(verdict.errno == nil)
    #expect(verdict.obstacles.map(\.reason) == [.incompatibleVermagic])
  }

  @Test func `not while it is in memory, or another transition runs`() {
    var live = LiveState.usual
    live.patches[0].module = "klp_fix"
    live.transition = .known(LiveTransition(module: "klp_old", direction: .enabling))
    let verdict = verdict(world(), live)
    #expect(verdict.errno == "EEXIST")
    #expect(verdict.obstacles.map(\.errno) == ["EEXIST", "EBUSY"])
  }

  @Test func `a signature is another question where signatures are enforced`() {
    let signed = ModuleSignature.State.present(
      ModuleSignature(signedLength: 0, message: 0..<0, signers: []))
    let verdict = verdict(
      world {
        $0.facts.signature = signed
        $0.host.kernel.signatureEnforced = .known(true)
      })
    #expect(verdict.wouldLoad == .unknown)
    #expect(verdict.unknown == ["whether the kernel knows the key that it is signed with"])
  }
}
