import Documents
import Files
import LivepatchHost
import SystemPackage
import Testing

@testable import Journal

/// A change of a module that no machine has: whatever this machine is, and whoever runs the test,
/// its kernel refuses, and nothing happens.
struct RefusedChange: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var change: Change
  var operation: String
  var path: String

  private static let module = "klpolicy_no_such_module"
  private static let enabled = "/sys/kernel/livepatch/klpolicy_no_such_module/enabled"

  static let all = [
    RefusedChange(
      testDescription: "a load without an image",
      change: .load(
        ManagedModule(
          module: module, buildID: "00", patch: "p", policy: "q", version: nil, fixes: [],
          requires: [], replace: .unknown, sha256: "", stored: .known(true))),
      operation: "finit_module", path: module),
    RefusedChange(
      testDescription: "disabling a patch that is not there", change: .disable(module: module),
      operation: "open", path: enabled),
    RefusedChange(
      testDescription: "reversing a transition that is not there",
      change: .reverse(module: module, enabled: true), operation: "open", path: enabled),
    RefusedChange(
      testDescription: "unloading a module that is not there", change: .unload(module: module),
      operation: "delete_module", path: module),
  ]
}

@Test("The kernel's refusal comes back with operation and path", arguments: RefusedChange.all)
func refused(_ refused: RefusedChange) throws {
  let fake = try FakeHost()
  let kernel = try #require(try LivepatchHost().liveKernel)
  let access = try WriteAccess(path: fake.path.appending("lock"), timeout: .zero)
  let outcome = kernel.carryOut(Intent(change: refused.change, number: 1), under: access)
  #expect(outcome.change == refused.change)
  let error = outcome.error
  #expect(error?.operation == refused.operation)
  #expect(error?.path == refused.path)
}
