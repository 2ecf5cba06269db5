internal import Diagnostics
package import Documents
internal import PolicyModel
internal import Shapes

/// A command of a policy's `safety.hooks`, around the changes of one group.
package struct Hook: Hashable, Sendable {
  package let name: HookName
  /// The program by its absolute path, then its arguments.
  package let run: [String]
  package let timeLimit: Duration
  package let policy: String
  /// `path:line:column` of where it is written.
  package let source: String

  init(_ name: HookName, _ command: Sourced<Safety.Command>) {
    self.name = name
    run = command.value.run.map(\.value)
    timeLimit = command.value.timeLimit
    policy = command.policy
    source = command.source.description
  }

  /// `the hook preApply of policy web (web.yaml:9:5)`.
  package var title: String { "the hook \(name.rawValue) of policy \(policy) (\(source))" }
}

extension GatedChange {
  /// The hooks of all policies that bind it, by the policies' names.
  package var hooks: [Hook] {
    constraints.hooks.map { Hook($0.name, $0.command) }
      .filter { !isRestoration || $0.name != .preApply }
  }

  /// Not begun, because a hook does not let it pass, or could not be run.
  package func held(by hook: Hook, isBroken: Bool, _ why: String) -> Withheld {
    withheld(
      isBroken ? .hookUnusable : .hookRefused,
      isBroken
        ? "\(hook.title) cannot be run, so nothing is begun: \(why)"
        : "\(hook.title) does not let it pass: \(why)")
  }

  /// The first of its hooks whose program nobody could run.
  func unusableHook(_ problems: [String: String]) -> Withheld? {
    for hook in hooks {
      guard let program = hook.run.first, let problem = problems[program] else { continue }
      return held(by: hook, isBroken: true, problem)
    }
    return nil
  }
}

extension Sequence<GatedChange> {
  /// The hooks around a group of changes, each once, by the policies' names.
  package var hooks: [Hook] {
    var found: [Hook] = []
    for hook in flatMap(\.hooks) where !found.contains(hook) { found.append(hook) }
    return found.sorted { $0.policy < $1.policy }
  }
}
