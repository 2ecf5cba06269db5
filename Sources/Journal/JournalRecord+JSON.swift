package import Diagnostics
internal import Documents
package import JSONText
internal import Nodes
package import Shapes

extension JournalRecord: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("run", run)
    object.field("boot", bootID)
    switch event {
    case .begin(let trigger, let override):
      object.field("event", EventName.begin)
      object.field("trigger", trigger)
      object.field("override", override)
      object.field("by", by)
      object.field("kernel", kernel)
      object.field("reason", reason)
      object.field("rollback", rollback)
    case .intent(let number, let change):
      object.field("event", EventName.intent)
      object.field("number", number)
      change.writeFields(to: &object)
      object.field("reason", reason)
      if isUndo { object.field("undo", true) }
    case .outcome(let number, let error):
      object.field("event", EventName.outcome)
      object.field("number", number)
      object.field("error", error)
    case .end(let result):
      object.field("event", EventName.end)
      object.field("result", result)
      object.field("durationMs", durationMilliseconds)
      if leavesOpen { object.field("leavesOpen", true) }
    case .torn:
      object.field("event", EventName.torn)
    case .rotated(let file):
      object.field("event", EventName.rotated)
      object.field("from", file)
    case .hold(let patch, let reason, let until, let by):
      object.field("event", EventName.hold)
      object.field("patch", patch)
      object.field("reason", reason)
      object.field("until", until)
      object.field("by", by)
      object.field("rollback", rollback)
    case .resume(let patch, let by):
      object.field("event", EventName.resume)
      object.field("patch", patch)
      object.field("by", by)
      object.field("rollback", rollback)
      object.field("givenUp", givenUp)
    case .settled(let settled):
      object.field("event", EventName.settled)
      object.field("settled", settled)
    case .failed(let failure):
      object.field("event", EventName.failed)
      object.field("failure", failure)
    case .stored(let build):
      object.field("event", EventName.stored)
      object.field("stored", build)
    case .shutdown:
      object.field("event", EventName.shutdown)
    case .running:
      object.field("event", EventName.running)
    }
    if isCarried { object.field("carried", true) }
    if isOpen { object.field("open", true) }
  }
}

enum EventName: String, CaseIterable, JSONValue {
  case begin, intent, outcome, end, torn, rotated, hold, resume, settled, failed, stored,
    shutdown, running
}

enum ChangeName: String, CaseIterable, JSONValue {
  case load, disable, unload, reverse, force
  case writeFile = "write-file"
  case removeFile = "remove-file"
  case installPackage = "install-package"
  case removePackage = "remove-package"
  case configureClient = "configure-client"
}

extension Change: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    switch self {
    case .load(let build):
      object.field("action", ChangeName.load)
      object.field("build", build)
    case .disable(let module):
      object.field("action", ChangeName.disable)
      object.field("module", module)
    case .unload(let module):
      object.field("action", ChangeName.unload)
      object.field("module", module)
    case .reverse(let module, let enabled):
      object.field("action", ChangeName.reverse)
      object.field("module", module)
      object.field("enabled", enabled)
    case .force(let module):
      object.field("action", ChangeName.force)
      object.field("module", module)
    case .writeFile(let file):
      object.field("action", ChangeName.writeFile)
      object.field("file", file)
    case .removeFile(let file):
      object.field("action", ChangeName.removeFile)
      object.field("file", file)
    case .installPackage(let package):
      object.field("action", ChangeName.installPackage)
      object.field("package", package)
    case .removePackage(let package):
      object.field("action", ChangeName.removePackage)
      object.field("package", package)
    case .configureClient(let client):
      object.field("action", ChangeName.configureClient)
      object.field("client", client)
    }
  }
}

extension FileChange: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("service", service)
    object.field("path", path)
    object.field("module", module)
    object.field("sha256", sha256)
    object.field("setting", setting)
  }
}

extension FileChange: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    service = shape.required("service", "whose file it is")
    path = shape.required("path", "the file")
    module = shape.required("module", "the module that it holds")
    sha256 = shape.required("sha256", "the digest of what is written or taken away")
    setting = shape.optional("setting", "the one setting that is made in it")
  }
}

extension PackageChange: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("service", service)
    object.field("name", name)
    object.field("package", package)
    object.field("replaces", replaces)
    if isOlder { object.field("older", true) }
    object.field("before", before)
  }
}

extension PackageChange: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    service = shape.required("service", "whose package it is")
    name = shape.required("name", "its name alone")
    package = shape.required("package", "the package, as rpm has it")
    replaces = shape.optional("replaces", "the one that was installed before")
    isOlder = shape.optional("older", "whether it is older than that one") ?? false
    before = shape.optional("before", "what was in force before it")
  }
}

extension JournalRecord.Refusal: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("operation", operation)
    object.field("path", path)
    object.field("errno", errno)
  }
}

extension Settled: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("kernel", kernel)
    object.field("applied", applied)
    object.field("removed", removed)
    if !packages.isEmpty { object.field("packages", packages) }
    if !clients.isEmpty { object.field("clients", clients) }
    object.field("probation", probationSeconds)
  }
}

extension Settled: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    kernel = shape.required("kernel", "the kernel release")
    applied = shape.required("applied", "what is applied, in the order of loading")
    removed = shape.required("removed", "the modules that are gone")
    packages = shape.optional("packages", "the packages that are installed") ?? []
    clients = shape.optional("clients", "the services whose client is as it was told") ?? []
    probationSeconds = shape.required("probation", "how long it is on probation, in seconds")
  }
}

extension EventName: ShapedValue {}
extension ChangeName: ShapedValue {}

extension JournalRecord: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "when it was written")
    run = shape.required("run", "the run that wrote it")
    bootID = shape.required("boot", "the boot it happened in")
    let name: EventName = shape.required("event", "what happened")
    let trigger: String? = shape.optional("trigger", "what started the run")
    let override: Override? = shape.optional("override", "who overrides windows in the run")
    let number: Int? = shape.optional("number", "the change's number within the run")
    let action: ChangeName? = shape.optional("action", "the change")
    let build: ManagedModule? = shape.optional("build", "the build that is loaded")
    let module: String? = shape.optional("module", "the module that is changed")
    let enabled: Bool? = shape.optional("enabled", "the direction of a reversal")
    let file: FileChange? = shape.optional("file", "the service's file that is changed")
    let package: PackageChange? = shape.optional("package", "the package that is changed")
    let client: ClientChange? = shape.optional("client", "the setting of a client that is changed")
    let error: Refusal? = shape.optional("error", "the kernel's refusal")
    let result: Report.Result? = shape.optional("result", "how the run ended")
    let patch: String? = shape.optional("patch", "the patch that a hold is about")
    let reason: String? = shape.optional("reason", "why it is held, begun or changed")
    let until: Timestamp? = shape.optional("until", "when the hold ends by itself")
    let by: String? = shape.optional("by", "who started the run, or set or lifted the hold")
    let from: String? = shape.optional("from", "the file that this one goes on from")
    kernel = shape.optional("kernel", "the kernel release that the run is on")
    durationMilliseconds = shape.optional("durationMs", "how long the run took")
    rollback = shape.optional("rollback", "the run that is rolled back")
    givenUp = shape.optional("givenUp", "the package whose verification is given up")
    leavesOpen =
      shape.optional("leavesOpen", "whether the run left a transition running") ?? false
    isUndo = shape.optional("undo", "whether the change undoes what failed") ?? false
    isCarried = shape.optional("carried", "whether it stands in an earlier file too") ?? false
    isOpen = shape.optional("open", "whether its package was not verified by then") ?? false
    let settled: Settled? = shape.optional("settled", "the group that is done and verified")
    let failure: BuildFailure? = shape.optional("failure", "what is not to be tried again")
    let stored: StoredBuild? = shape.optional("stored", "the build that is in the store")

    let event: Event? =
      switch name {
      case .begin: trigger.map { .begin(trigger: $0, override: override) }
      case .intent:
        if let number, let change = Change(action, build, module, enabled, file, package, client) {
          .intent(number: number, change)
        } else {
          nil
        }
      case .outcome: number.map { .outcome(number: $0, error: error) }
      case .end: result.map { .end($0) }
      case .torn: .torn
      case .rotated: from.map { .rotated(from: $0) }
      case .hold:
        if let reason, let by {
          .hold(patch: patch, reason: reason, until: until, by: by)
        } else {
          nil
        }
      case .resume: by.map { .resume(patch: patch, by: $0) }
      case .settled: settled.map { .settled($0) }
      case .failed: failure.map { .failed($0) }
      case .stored: stored.map { .stored($0) }
      case .shutdown: .shutdown
      case .running: .running
      }
    self.event = event ?? .torn
    self.by = name == .begin ? by : nil
    self.reason = name == .hold ? nil : reason
    if event == nil {
      let location = shape.place.location
      shape.report(
        Diagnostic(
          .incompleteRecord, "a field that belongs to \(name.rawValue) is missing", at: location))
    }
  }
}

extension Diagnostic.Code {
  package static let incompleteRecord = Diagnostic.Code(
    "incomplete-record", "A journal line that does not say all that its event needs.")
}

extension Change {
  fileprivate init?(
    _ action: ChangeName?, _ build: ManagedModule?, _ module: String?, _ enabled: Bool?,
    _ file: FileChange?, _ package: PackageChange?, _ client: ClientChange?
  ) {
    switch (action, file, package, client) {
    case (.writeFile, let file?, _, _): self = .writeFile(file)
    case (.removeFile, let file?, _, _): self = .removeFile(file)
    case (.installPackage, _, let package?, _): self = .installPackage(package)
    case (.removePackage, _, let package?, _): self = .removePackage(package)
    case (.configureClient, _, _, let client?): self = .configureClient(client)
    default: self.init(action, build, module, enabled)
    }
  }

  private init?(
    _ action: ChangeName?, _ build: ManagedModule?, _ module: String?, _ enabled: Bool?
  ) {
    switch (action, build, module, enabled) {
    case (.load, let build?, _, _): self = .load(build)
    case (.disable, _, let module?, _): self = .disable(module: module)
    case (.unload, _, let module?, _): self = .unload(module: module)
    case (.reverse, _, let module?, let enabled?): self = .reverse(module: module, enabled: enabled)
    case (.force, _, let module?, _): self = .force(module: module)
    default: return nil
    }
  }
}

extension JournalRecord.Refusal: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    operation = shape.required("operation", "the system call")
    path = shape.required("path", "what it was tried on")
    errno = shape.required("errno", "the number of the error")
  }
}
