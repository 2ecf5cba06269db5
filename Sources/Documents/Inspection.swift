/// What module files are, as `inspect` tells it.
package struct Inspection: Hashable, Sendable {
  package static let kind = "Inspection"

  /// In the order in which they were given; those that could not be read are among the problems.
  package var modules: [InspectedModule]
  package var problems: [InspectionProblem]
  /// The kernel that it is about whether they would load; nil where nothing is said of it.
  package var against: InspectedAgainst?

  package init(
    modules: [InspectedModule], problems: [InspectionProblem], against: InspectedAgainst? = nil
  ) {
    self.modules = modules
    self.problems = problems
    self.against = against
  }
}

/// The kernel that modules were held against.
package struct InspectedAgainst: Hashable, Sendable {
  package var hostname: String
  /// As `uname -r` says it.
  package var kernel: String
  /// Whether it is the one that runs there.
  package var isRunning: Bool

  package init(hostname: String, kernel: String, isRunning: Bool) {
    self.hostname = hostname
    self.kernel = kernel
    self.isRunning = isRunning
  }
}

/// A file that is no module, or could not be read.
package struct InspectionProblem: Hashable, Sendable {
  package var path: String
  /// One sentence without a full stop: what is wrong and where.
  package var message: String
  /// What to do about it, as an instruction.
  package var advice: String?
  /// The kernel's answer to a load of it, as errno(3) names it; nil where it could not be read.
  package var errno: String?

  package init(path: String, message: String, advice: String?, errno: String? = nil) {
    self.path = path
    self.message = message
    self.advice = advice
    self.errno = errno
  }
}

/// One module, as its file tells it.
package struct InspectedModule: Hashable, Sendable {
  package var file: File
  /// The name that the kernel gives it, which may be another than the file's.
  package var module: String
  /// Unknown for a module that was linked without one.
  package var buildID: Fact<String>
  package var architecture: String
  package var kernel: Kernel
  package var information: Information
  package var signature: Signature
  /// Nil for a module that is no live patch.
  package var livepatch: Livepatch?
  package var symbols: Symbols
  /// Whether it would load; nil where it was held against no kernel.
  package var verdict: Verdict?

  package init(
    file: File, module: String, buildID: Fact<String>, architecture: String, kernel: Kernel,
    information: Information, signature: Signature, livepatch: Livepatch?, symbols: Symbols,
    verdict: Verdict? = nil
  ) {
    self.verdict = verdict
    self.file = file
    self.module = module
    self.buildID = buildID
    self.architecture = architecture
    self.kernel = kernel
    self.information = information
    self.signature = signature
    self.livepatch = livepatch
    self.symbols = symbols
  }

  package struct File: Hashable, Sendable {
    package var path: String
    /// Of the file as it lies there, and so as a policy names it: 64 lower case hexadecimal digits.
    package var sha256: String
    /// In bytes, as it lies there.
    package var size: Int
    package var compression: Compression

    package init(path: String, sha256: String, size: Int, compression: Compression) {
      self.path = path
      self.sha256 = sha256
      self.size = size
      self.compression = compression
    }
  }

  package enum Compression: String, CaseIterable, Hashable, Sendable {
    case none, xz, zstd, gzip
  }

  /// What kernel it was built for, by its own `vermagic`.
  package struct Kernel: Hashable, Sendable {
    /// Unknown without a `vermagic`.
    package var release: Fact<String>
    /// What else `vermagic` says: `SMP`, `preempt`, `mod_unload`, `modversions`.
    package var flags: [String]
    /// The whole of it, as the kernel compares it.
    package var vermagic: Fact<String>

    package init(release: Fact<String>, flags: [String], vermagic: Fact<String>) {
      self.release = release
      self.flags = flags
      self.vermagic = vermagic
    }
  }

  /// What a module says of itself in words (modinfo).
  package struct Information: Hashable, Sendable {
    /// That of the build, which the name in the kernel may differ from.
    package var name: String?
    package var version: String?
    package var description: String?
    package var license: String?
    package var sourceVersion: String?
    /// The modules that must be loaded before it.
    package var depends: [String]
    /// Whether it was built with the kernel itself.
    package var isInTree: Bool
    package var isRetpoline: Bool

    package init(
      name: String?, version: String?, description: String?, license: String?,
      sourceVersion: String?, depends: [String], isInTree: Bool, isRetpoline: Bool
    ) {
      self.name = name
      self.version = version
      self.description = description
      self.license = license
      self.sourceVersion = sourceVersion
      self.depends = depends
      self.isInTree = isInTree
      self.isRetpoline = isRetpoline
    }
  }
}

extension InspectedModule {
  package struct Signature: Hashable, Sendable {
    package enum State: String, CaseIterable, Hashable, Sendable {
      case none, present
      /// Of a type that kernels do not verify: they take the module for unsigned.
      case unsupported
      /// Kernels refuse such a module, whether they enforce signatures or not (EBADMSG).
      case malformed
    }

    package var state: State
    /// What is wrong with it; nil unless it is unsupported or malformed.
    package var problem: String?
    package var signers: [Signer]
    /// What the certificates that were given say; nil when none were.
    package var verdict: Verdict?
    /// The certificate that it was verified with; nil unless it is valid.
    package var certificate: Certificate?

    package init(
      state: State, problem: String?, signers: [Signer], verdict: Verdict? = nil,
      certificate: Certificate? = nil
    ) {
      self.state = state
      self.problem = problem
      self.signers = signers
      self.verdict = verdict
      self.certificate = certificate
    }

    package enum Verdict: String, CaseIterable, Hashable, Sendable {
      case valid, invalid
      /// None of the certificates is named in it.
      case unknownSigner = "unknown-signer"
      /// There is none that kernels would verify.
      case noSignature = "no-signature"
    }
  }

  package struct Certificate: Hashable, Sendable {
    /// The common name of whom it is of; empty when it has none.
    package var subject: String
    /// Lower case hexadecimal digits.
    package var serial: String
    /// Lower case hexadecimal digits, as in /proc/keys; nil for a certificate without one.
    package var subjectKeyID: String?

    package init(subject: String, serial: String, subjectKeyID: String?) {
      self.subject = subject
      self.serial = serial
      self.subjectKeyID = subjectKeyID
    }
  }

  package struct Signer: Hashable, Sendable {
    /// The common name of the certificate's issuer.
    package var name: String?
    /// Lower case hexadecimal digits.
    package var keyID: String
    package var keyIDType: KeyIDType
    package var hash: String

    package init(name: String?, keyID: String, keyIDType: KeyIDType, hash: String) {
      self.name = name
      self.keyID = keyID
      self.keyIDType = keyIDType
      self.hash = hash
    }
  }

  package enum KeyIDType: String, CaseIterable, Hashable, Sendable {
    /// The certificate's serial number.
    case serial
    case subjectKeyID
  }

  package struct Livepatch: Hashable, Sendable {
    package enum Maker: String, CaseIterable, Hashable, Sendable {
      case source
      case kpatchBuild = "kpatch-build"
      case klpBuild = "klp-build"
    }

    /// Unknown when its structures are none that are known here.
    package var maker: Fact<Maker>
    /// Whether it takes every other live patch off.
    package var replace: Fact<Bool>
    /// Whether it runs code of its own around patching.
    package var callbacks: Fact<Bool>
    package var states: Fact<[State]>
    /// What it patches.
    package var functions: Fact<[Function]>
    package var relocations: [Relocation]

    package init(
      maker: Fact<Maker>, replace: Fact<Bool>, callbacks: Fact<Bool>, states: Fact<[State]>,
      functions: Fact<[Function]>, relocations: [Relocation]
    ) {
      self.maker = maker
      self.replace = replace
      self.callbacks = callbacks
      self.states = states
      self.functions = functions
      self.relocations = relocations
    }
  }

  /// A change of the system's state that live patches tell each other of.
  package struct State: Hashable, Sendable {
    package var id: Int
    package var version: Int

    package init(id: Int, version: Int) {
      self.id = id
      self.version = version
    }
  }

  /// A function, or another symbol, of the kernel or of a module.
  package struct Function: Hashable, Sendable {
    /// `vmlinux` or a module.
    package var object: String
    package var name: String
    /// Which of several of that name, from 1; 0 when there must be only one.
    package var sympos: Int

    package init(object: String, name: String, sympos: Int) {
      self.object = object
      self.name = name
      self.sympos = sympos
    }
  }

  /// Relocations that livepatch makes when an object is patched.
  package struct Relocation: Hashable, Sendable {
    package var object: String
    package var section: String
    package var count: Int

    package init(object: String, section: String, count: Int) {
      self.object = object
      self.section = section
      self.count = count
    }
  }

  /// What a module needs of others.
  package struct Symbols: Hashable, Sendable {
    /// What the kernel, or the modules it depends on, must export.
    package var needed: Fact<[Needed]>
    /// What livepatch finds for it, exported or not.
    package var livepatch: [Function]
    /// What its symbols looked like when it was built; nil when it carries no versions.
    package var versions: [Version]?

    package init(needed: Fact<[Needed]>, livepatch: [Function], versions: [Version]?) {
      self.needed = needed
      self.livepatch = livepatch
      self.versions = versions
    }
  }

  package struct Needed: Hashable, Sendable {
    package var name: String
    /// The kernel loads the module also without it.
    package var isWeak: Bool

    package init(name: String, isWeak: Bool) {
      self.name = name
      self.isWeak = isWeak
    }
  }

  package struct Version: Hashable, Sendable {
    package var symbol: String
    /// As Module.symvers has it: `0x` and eight lower case hexadecimal digits.
    package var crc: String

    package init(symbol: String, crc: String) {
      self.symbol = symbol
      self.crc = crc
    }
  }
}

extension InspectedModule {
  /// What a kernel would make of it.
  package struct Verdict: Hashable, Sendable {
    /// Unknown where something that decides it could not be looked at.
    package var wouldLoad: Fact<Bool>
    /// The kernel's answer to a load, as errno(3) names it: of several obstacles the first that it
    /// would meet. Nil where it would load the module, though klpolicy would not.
    package var errno: String?
    package var obstacles: [Obstacle]
    /// What could not be looked at.
    package var unknown: [String]
    package var warnings: [Warning]
    /// What the kernel has to do with the key that it is signed with; nil for a module that carries
    /// no signature that kernels verify.
    package var trust: Trust?

    package init(
      wouldLoad: Fact<Bool>, errno: String?, obstacles: [Obstacle], unknown: [String],
      warnings: [Warning], trust: Trust? = nil
    ) {
      self.trust = trust
      self.wouldLoad = wouldLoad
      self.errno = errno
      self.obstacles = obstacles
      self.unknown = unknown
      self.warnings = warnings
    }
  }

  package struct Trust: Hashable, Sendable {
    /// Whether the kernel takes modules by the key.
    package var isTrusted: Fact<Bool>
    /// The key as the kernel has it; nil unless it is trusted.
    package var key: KernelFacts.Key?

    package init(isTrusted: Fact<Bool>, key: KernelFacts.Key?) {
      self.isTrusted = isTrusted
      self.key = key
    }
  }

  /// What keeps it from being loaded.
  package struct Obstacle: Hashable, Sendable {
    package var reason: Reason
    /// What stands in the way and what to do, for a person.
    package var message: String
    /// What shows it: a file of the host, or a part of the module.
    package var fact: String?
    /// As errno(3) names it; nil where the kernel itself would not mind.
    package var errno: String?

    package init(reason: Reason, message: String, fact: String?, errno: String?) {
      self.reason = reason
      self.message = message
      self.fact = fact
      self.errno = errno
    }
  }
}
