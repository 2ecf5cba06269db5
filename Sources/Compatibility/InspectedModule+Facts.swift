package import Documents
package import ModuleFile

extension InspectedModule {
  /// A module's facts as a document tells them.
  package init(_ facts: ModuleFacts, file: File) {
    let info = facts.info
    self.init(
      file: file, module: facts.name, buildID: Fact(facts.buildID),
      architecture: "\(facts.machine)",
      kernel: Kernel(
        release: Fact(facts.kernelRelease), flags: facts.vermagicFlags,
        vermagic: Fact(info["vermagic"])),
      information: Information(
        name: info["name"], version: info["version"], description: info["description"],
        license: info["license"], sourceVersion: info["srcversion"], depends: facts.depends,
        isInTree: info["intree"] != nil, isRetpoline: info["retpoline"] != nil),
      signature: Signature(facts.signature),
      livepatch: facts.isLivepatch ? Livepatch(facts) : nil,
      symbols: Symbols(
        needed: Fact(facts.needed.map { $0.map { Needed(name: $0.name, isWeak: $0.isWeak) } }),
        livepatch: facts.livepatchSymbols.map {
          Function(object: $0.object, name: $0.name, sympos: exactInteger($0.sympos))
        },
        versions: facts.versions.map { $0.map { Version(symbol: $0.symbol, crc: text(of: $0)) } }))
  }
}

extension Fact {
  fileprivate init(_ value: Value?) {
    self = value.map { .known($0) } ?? .unknown
  }
}

extension InspectedModule.Signature {
  fileprivate init(_ state: ModuleSignature.State) {
    switch state {
    case .none: self.init(state: .none, problem: nil, signers: [])
    case .present(let signature):
      self.init(
        state: .present, problem: nil,
        signers: signature.signers.map(InspectedModule.Signer.init))
    case .unsupported(let type):
      self.init(
        state: .unsupported, problem: "its type is \(type), and kernels verify 2, PKCS#7",
        signers: [])
    case .malformed(let problem): self.init(state: .malformed, problem: problem, signers: [])
    }
  }
}

extension InspectedModule.Signer {
  fileprivate init(_ signer: ModuleSignature.Signer) {
    let type: InspectedModule.KeyIDType =
      switch signer.keyID {
      case .serial: .serial
      case .subjectKeyID: .subjectKeyID
      }
    self.init(
      name: signer.name, keyID: signer.keyID.digits, keyIDType: type, hash: signer.hash)
  }
}

extension InspectedModule.Livepatch {
  fileprivate init(_ facts: ModuleFacts) {
    self.init(
      maker: Fact(facts.maker.flatMap { Maker(rawValue: $0.rawValue) }),
      replace: Fact(facts.replace), callbacks: Fact(facts.hasCallbacks),
      states: Fact(
        facts.states.map { states in
          states.map {
            InspectedModule.State(id: exactInteger($0.id), version: Int($0.version))
          }
        }),
      functions: Fact(
        facts.objects.map { objects in
          objects.flatMap { object in
            object.functions.map {
              InspectedModule.Function(
                object: object.name, name: $0.name, sympos: exactInteger($0.sympos))
            }
          }
        }),
      relocations: facts.livepatchRelocations.map {
        InspectedModule.Relocation(object: $0.object, section: $0.section, count: $0.count)
      })
  }
}

/// A number that every reader of JSON keeps exactly. Nobody has larger ones: what is larger is
/// shown as the largest.
private func exactInteger(_ number: UInt64) -> Int {
  Int(min(number, 1 << 53 - 1))
}

/// As Module.symvers has it.
private func text(of version: SymbolVersion) -> String {
  let digits = String(version.crc, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
