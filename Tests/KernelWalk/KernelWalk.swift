import Glibc
import SystemPackage

/// Walks a kernel and the model of it through random operations, side by side, and compares what
/// each of them answers and shows after every one.
///
///     KernelWalk MODULES SCRATCH FIRST-SEED SEQUENCES OPERATIONS
///
/// Only for a virtual machine of the lab, as root: it loads and forces live patches. A disagreement
/// is shown with the sequence, and with a shorter one that shows it too, if there is one.
@main
struct KernelWalk {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let first = UInt64(arguments[3]), let count = Int(arguments[4]),
      let length = Int(arguments[5]), count > 0
    else {
      print("usage: KernelWalk MODULES SCRATCH FIRST-SEED SEQUENCES OPERATIONS")
      exit(64)
    }
    do {
      let kernel = try WalkedKernel(
        modules: FilePath(arguments[1]), scratch: FilePath(arguments[2]))
      var walk = try Walk(kernel)
      exit(try run(&walk, first: first, count: count, length: length) ? 0 : 1)
    } catch {
      print("the walk could not go on: \(error)")
      exit(2)
    }
  }

  private static func run(
    _ walk: inout Walk, first: UInt64, count: Int, length: Int
  ) throws -> Bool {
    var operations = 0
    // What is forced stays in memory for good, so that comes last.
    let forced = max(1, count / 10)
    for number in 0..<count {
      let seed = first &+ UInt64(number)
      switch try walk.random(seed: seed, count: length, forcing: number >= count - forced) {
      case .success(let done):
        operations += done
      case .failure(let disagreement):
        print("seed \(seed): \(disagreement.message)")
        show("the sequence", disagreement.operations)
        try shrink(disagreement, &walk)
        return false
      }
    }
    print(
      "the model and the kernel agree: \(count) sequences from seed \(first), "
        + "\(operations) operations")
    for (answer, times) in walk.answers.sorted(by: { $0.key < $1.key }) {
      print("  \(answer): \(times)")
    }
    return true
  }

  /// Leaves out what is not needed for the disagreement, one operation after the other.
  private static func shrink(_ found: Walk.Disagreement, _ walk: inout Walk) throws {
    guard walk.isClean else {
      print("it cannot be made shorter: something is pinned until the next boot")
      return
    }
    var shortest = found
    var index = 0
    while index < shortest.operations.count - 1 {
      var shorter = shortest.operations
      shorter.remove(at: index)
      guard try walk.reset() else {
        print("it cannot be made shorter: what it left could not be taken off")
        break
      }
      if case .failure(let disagreement) = try walk.replay(shorter) {
        shortest = disagreement
      } else {
        index += 1
      }
    }
    if shortest.operations.count < found.operations.count {
      print(shortest.message)
      show("a shorter one", shortest.operations)
    }
  }

  private static func show(_ title: String, _ operations: [WalkOperation]) {
    print("\(title):")
    for operation in operations { print("  \(operation)") }
  }
}
