internal import Documents
internal import Files
internal import LivepatchHost
internal import SystemPackage

/// Why a change was not made, or not verified.
struct StepFailure: Error {
  var operation: String
  var path: String
  var errno: Errno?
  var message: String
  /// `verify` when the kernel accepted the change and then did not show it.
  var phase: RunError.Phase = .apply
  var blockers: [Blocker] = []
  /// What it says of the change that was tried.
  var fault = Fault.none
  /// What becomes of its group.
  var ending = Ending.failed

  enum Ending {
    /// It is undone.
    case failed
    /// The run was asked to stop, and nothing went wrong.
    case interrupted
    /// The run was asked to stop before it had begun.
    case calledOff
    /// A gate shut before it had begun.
    case shut
    /// Its transition stalled, and is left running for a later run to finish.
    case leftRunning
    /// The package manager is left running, for a later run to see what came of it.
    case beingInstalled
    /// Another program holds a lock, so that nothing was done.
    case busy
    /// The module stays in memory, because a transition was forced, and the rest of the group goes on.
    case pinned
  }

  enum Fault {
    /// Nothing: it was the journal, or somebody else.
    case none
    /// It is to blame, and would fail again.
    case certain(BuildFailure.Cause)
    /// It may go better another time.
    case passing
  }

  /// The same, with what it says of the change.
  func blaming(_ fault: Fault) -> StepFailure {
    var failure = self
    failure.fault = fault
    return failure
  }

  init(_ operation: String, _ path: String, _ message: String, ending: Ending = .failed) {
    self.operation = operation
    self.path = path
    self.message = message
    self.ending = ending
  }

  init(_ error: SystemError, _ explanation: String? = nil) {
    operation = error.operation
    path = error.path
    errno = error.errno
    message = "\(error)" + (explanation.map { "; \($0)" } ?? "")
  }

  /// The kernel could not be read.
  init(_ failure: ReadFailure) {
    let unobserved = failure.unobserved
    operation = "read"
    path = unobserved.path
    message = "\(unobserved.path) is \(unobserved.problem.rawValue): \(unobserved.message)"
    phase = .verify
  }

  static func unverified(_ module: String, _ message: String) -> StepFailure {
    var failure = StepFailure("read", "/sys/kernel/livepatch/\(module)", message)
    failure.phase = .verify
    return failure
  }
}

extension Errno {
  /// Whether the kernel may take the same change another time.
  var isPassing: Bool {
    switch self {
    case .resourceBusy, .resourceTemporarilyUnavailable, .noMemory, .interrupted, .fileExists,
      .notPermitted:
      true
    default: false
    }
  }
}

/// The name of an error number as errno(3) has it, or the number where it is a rare one.
func errnoName(_ errno: Errno) -> String {
  switch errno {
  case .notPermitted: "EPERM"
  case .noSuchFileOrDirectory: "ENOENT"
  case .ioError: "EIO"
  case .execFormatError: "ENOEXEC"
  case .resourceTemporarilyUnavailable: "EAGAIN"
  case .noMemory: "ENOMEM"
  case .permissionDenied: "EACCES"
  case .resourceBusy: "EBUSY"
  case .fileExists: "EEXIST"
  case .invalidArgument: "EINVAL"
  case .textFileBusy: "ETXTBSY"
  case .noSpace: "ENOSPC"
  case .readOnlyFileSystem: "EROFS"
  case .badMessage: "EBADMSG"
  case .notSupported: "EOPNOTSUPP"
  case Errno(rawValue: 19): "ENODEV"
  // These two have no name in swift-system.
  case Errno(rawValue: 129): "EKEYREJECTED"
  default: "errno \(errno.rawValue)"
  }
}

/// What a refusal of finit_module usually means for a live patch (the kernel's module loader and
/// `klp_enable_patch` share few numbers among many causes).
func loadExplanation(_ errno: Errno) -> String? {
  switch errno {
  case .fileExists: "a module of that name is already in memory"
  case .resourceBusy:
    "another transition is running, or one of its functions is held by something else that "
      + "changes the instruction pointer (a kprobe, ftrace switched off)"
  case .invalidArgument:
    "a function it patches is missing, ambiguous or not traceable, a symbol's version differs, or its "
      + "states (klp_state) do not go with those of the live patches in memory; the kernel's log says "
      + "which"
  case .execFormatError:
    "usually it was built for another kernel or with another configuration; the kernel's log says "
      + "what differs"
  case .noSuchFileOrDirectory: "it needs a symbol that this kernel does not have"
  case .notPermitted: "modules are disabled, locked down, or this module is blacklisted"
  case .textFileBusy: "the module's bytes were still open for writing"
  case Errno(rawValue: 129):
    "its signature is missing, or made with a key the kernel does not trust"
  case Errno(rawValue: 19): "its own pre-patch callback refused"
  default: nil
  }
}
