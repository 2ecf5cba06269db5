import KernelRules

/// What the model says a kernel may be in: one state, and beside it, while a transition runs, the
/// one in which the kernel has completed it by itself, which it may do at any moment.
struct Candidates {
  private(set) var states: [KernelModel]

  init(_ state: KernelModel) { states = [state] }

  /// The state to choose the next operation by.
  var likely: KernelModel { states.last ?? KernelModel() }

  /// Adds what the kernel may have done by itself.
  private var withCompletions: [KernelModel] {
    states.reduce(into: []) { all, state in
      if !all.contains(state) { all.append(state) }
      if let completed = try? state.applying(.complete), !all.contains(completed) {
        all.append(completed)
      }
    }
  }

  /// Keeps the states in which the kernel would have answered as it did.
  ///
  /// - Returns: false when there is none: the model and the kernel disagree.
  mutating func apply(_ operation: KernelModel.Operation, answer: Answer) -> Bool {
    let hadTransition = states.contains { $0.transition != nil }
    states = withCompletions.compactMap { state in
      do throws(KernelModel.Refusal) {
        let next = try state.applying(operation)
        return answer == .done ? next : nil
      } catch {
        // What is just leaving the list refuses writes in either way until its directory is gone.
        let isLeaving = hadTransition && error == .notFound && answer == .refused(.invalid)
        return answer == .refused(error) || isLeaving ? state : nil
      }
    }
    return !states.isEmpty
  }

  /// Keeps the states that look as the kernel does.
  ///
  /// - Returns: false, and nothing is kept back, when none does.
  mutating func see(_ visible: [String]) -> Bool {
    let seen = withCompletions.filter { $0.visible == visible }
    if seen.isEmpty { return false }
    states = seen
    return true
  }

  /// What one would have to see.
  var expectations: [[String]] { withCompletions.map(\.visible) }
}

/// What a kernel answers.
enum Answer: Hashable, CustomStringConvertible {
  case done
  case refused(KernelModel.Refusal)
  /// An errno that the model never gives.
  case unforeseen(String)

  var description: String {
    switch self {
    case .done: "ok"
    case .refused(let refusal): refusal.rawValue
    case .unforeseen(let what): what
    }
  }
}
