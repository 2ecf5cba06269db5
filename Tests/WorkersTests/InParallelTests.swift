import Synchronization
import Testing
import Workers

@Suite struct `Work in parallel` {
  @Test(arguments: [0, 1, 2, 7, 1000])
  func `comes back in its order, each piece done once`(count: Int) {
    let begun = Mutex<[Int: Int]>([:])
    let outcomes = inParallel(count, patience: .zero) { index in
      begun.withLock { $0[index, default: 0] += 1 }
      return index * index
    }
    #expect(outcomes == (0..<count).map { $0 * $0 })
    #expect(begun.withLock { $0.values.allSatisfy { $0 == 1 } })
  }

  @Test func `is done by several threads when it lasts`() {
    let threads = Mutex<Set<UInt>>([])
    _ = inParallel(200, patience: .zero) { _ in
      let start = ContinuousClock.now
      while start.duration(to: .now) < .milliseconds(1) {}
      threads.withLock { _ = $0.insert(thisThread()) }
    }
    #expect(threads.withLock(\.count) == processors())
  }

  @Test func `is done by the caller alone when it is little`() {
    let threads = Mutex<Set<UInt>>([])
    _ = inParallel(100, patience: .seconds(60)) { _ in
      threads.withLock { _ = $0.insert(thisThread()) }
    }
    #expect(threads.withLock { $0 } == [thisThread()])
  }
}
