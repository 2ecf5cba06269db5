/// What one kernel has of the functions and symbols that certain modules need, in so far as somebody
/// looked: the whole of a kernel's symbols is of no use to anybody.
package struct KernelFacts: Hashable, Sendable {
  /// The kernel that they are of, as `uname -r` says it.
  package var release: String
  /// Of the modules' names those that something built into the kernel has in `/sys/module`, sorted;
  /// absent where nobody asked, and of a kernel that does not run.
  package var builtIn: Fact<[String]>?
  /// The modules that the kernel's command line forbids (`module_blacklist=`).
  package var blacklist: Fact<[String]>
  /// By what the kernel knows the modules that were built for it: its release and some of its
  /// configuration, as its own modules have it; unknown where none is installed.
  package var vermagic: Fact<String>
  /// `vmlinux` and the modules whose functions were asked for, by name.
  package var objects: [Object]
  /// The exported symbols that were asked for, by name.
  package var symbols: [Symbol]
  /// The keys by which the kernel takes signed modules; absent where nobody asked.
  package var keys: Fact<[Key]>?
  /// What could not be read, and so left some of this unknown.
  package var missing: [Missing]

  package init(
    release: String, blacklist: Fact<[String]>, vermagic: Fact<String>, objects: [Object],
    symbols: [Symbol], keys: Fact<[Key]>? = nil, builtIn: Fact<[String]>? = nil,
    missing: [Missing]
  ) {
    self.release = release
    self.blacklist = blacklist
    self.vermagic = vermagic
    self.objects = objects
    self.symbols = symbols
    self.keys = keys
    self.builtIn = builtIn
    self.missing = missing
  }
}

extension KernelFacts {
  /// The kernel itself, or a module.
  package struct Object: Hashable, Sendable {
    package enum Presence: String, CaseIterable, Sendable {
      /// In memory.
      case loaded
      /// Not in memory; its file lies with the kernel's modules.
      case installed
      /// Neither.
      case absent
    }

    package var name: String
    package var presence: Fact<Presence>
    package var functions: [Function]

    package init(name: String, presence: Fact<Presence>, functions: [Function]) {
      self.name = name
      self.presence = presence
      self.functions = functions
    }
  }

  /// A name in an object's symbol table: a function to be patched, or a symbol that a live patch
  /// refers to.
  package struct Function: Hashable, Sendable {
    package var name: String
    /// How many symbols have exactly this name, data symbols included; that is what `sympos` counts.
    package var count: Fact<Int>
    /// Whether ftrace can hook all of them; absent where nobody asked, as of data.
    package var traceable: Fact<Bool>?
    /// What already changes where the function's callers go, other than live patching; absent where
    /// nothing does, or nobody asked.
    package var heldBy: Fact<String>?

    package init(
      name: String, count: Fact<Int>, traceable: Fact<Bool>? = nil, heldBy: Fact<String>? = nil
    ) {
      self.name = name
      self.count = count
      self.traceable = traceable
      self.heldBy = heldBy
    }
  }

  /// A symbol that a module takes from the kernel or from another module.
  package struct Symbol: Hashable, Sendable {
    package var name: String
    /// Whether the kernel, or a module in memory, exports it.
    package var exported: Fact<Bool>
    /// `vmlinux`, or the module that has it; absent where nobody exports it, or nothing tells who.
    package var owner: String?
    /// The CRC of its type, `0x` and eight hex digits; unknown where no file of the host tells.
    package var crc: Fact<String>
    /// The namespace that modules have to import for it, empty where it is in none; unknown where no
    /// file of the host tells, absent where nobody looked.
    package var namespace: Fact<String>?

    package init(
      name: String, exported: Fact<Bool>, owner: String? = nil, crc: Fact<String>,
      namespace: Fact<String>? = nil
    ) {
      self.name = name
      self.exported = exported
      self.owner = owner
      self.crc = crc
      self.namespace = namespace
    }
  }

  /// A key in one of the kernel's keyrings.
  package struct Key: Hashable, Sendable {
    /// As `/proc/keys` names it: `.builtin_trusted_keys`, `.secondary_trusted_keys`, `.machine` or
    /// `.platform`.
    package var keyring: String
    /// Whose it is: the common name of its certificate, with the organisation before it, if need be.
    package var name: String
    /// The certificate's subject key identifier, or its serial number where it has none; lower case
    /// hexadecimal digits.
    package var id: String
    /// Whether kernels take modules by it. Those of `.platform` some distributions' do, and others
    /// not: unknown.
    package var isForModules: Fact<Bool>

    package init(keyring: String, name: String, id: String, isForModules: Fact<Bool>) {
      self.keyring = keyring
      self.name = name
      self.id = id
      self.isForModules = isForModules
    }
  }

  /// A source of facts that could not be used.
  package struct Missing: Hashable, Sendable {
    package enum Source: String, CaseIterable, Sendable {
      /// The names of all symbols: `/proc/kallsyms`.
      case symbols
      /// What ftrace can hook: `available_filter_functions`.
      case traceable
      /// What ftrace has hooked: `enabled_functions`.
      case traced
      /// CRCs: `Module.symvers`, or the modules of this kernel.
      case versions
      /// The kernel's command line.
      case commandLine = "command-line"
      /// The keys that the kernel has: `/proc/keys`, and keyctl(2).
      case keys
      /// What has a name in `/sys/module`.
      case moduleNames = "module-names"
    }

    package enum Problem: String, CaseIterable, Sendable {
      case absent, unreadable, malformed
    }

    package var source: Source
    package var path: String
    package var problem: Problem
    /// The error, or what was found instead of what is documented.
    package var message: String

    package init(source: Source, path: String, problem: Problem, message: String) {
      self.source = source
      self.path = path
      self.problem = problem
      self.message = message
    }
  }
}

/// What modules need to know of a kernel before they are loaded there.
package struct KernelQuestions: Hashable, Sendable {
  /// A name in the symbol table of `vmlinux` or of a module.
  package struct Function: Hashable, Sendable {
    package var object: String
    package var name: String

    package init(object: String, name: String) {
      self.object = object
      self.name = name
    }
  }

  /// The functions that they patch.
  package var patched: Set<Function>
  /// What else they refer to in symbol tables, functions and data.
  package var referred: Set<Function>
  /// The exported symbols that they take.
  package var symbols: Set<String>
  /// Whether it matters by which keys the kernel takes signed modules.
  package var keys: Bool
  /// The names that they will have.
  package var names: Set<String>

  package init(
    patched: Set<Function> = [], referred: Set<Function> = [], symbols: Set<String> = [],
    keys: Bool = false, names: Set<String> = []
  ) {
    self.patched = patched
    self.referred = referred
    self.symbols = symbols
    self.keys = keys
    self.names = names
  }

  package var isEmpty: Bool {
    patched.isEmpty && referred.isEmpty && symbols.isEmpty && !keys && names.isEmpty
  }

  package mutating func formUnion(_ other: KernelQuestions) {
    patched.formUnion(other.patched)
    referred.formUnion(other.referred)
    symbols.formUnion(other.symbols)
    keys = keys || other.keys
    names.formUnion(other.names)
  }
}
