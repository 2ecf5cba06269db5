import Dispatch
import Files
import Glibc
import SystemPackage
import Testing

@testable import Agent

@Suite struct `A directory that is being written` {
  @Test func `is read once its writer has been still for a moment`() async throws {
    try await onOwnThread {
      let scratch = try Scratch()
      try scratch.directory("policies")
      let path = scratch.path.appending("policies")
      let wakeups = try Wakeups()
      let watch = FileWatch(path)
      let file = path.appending("web.yaml")
      let begun = DispatchSemaphore(value: 0)
      let done = DispatchGroup()
      DispatchQueue(label: "a slow writer").async(group: done) {
        let number = unsafe open(file.string, O_WRONLY | O_CREAT, 0o644)
        begun.signal()
        for _ in 0..<15 {
          usleep(100_000)
          _ = unsafe write(number, "x", 1)
        }
        close(number)
      }
      begun.wait()
      let wakeup = wakeups.settle(watch)
      #expect(wakeup == nil)
      #expect(try readTrusted(file, trust: .unchecked, limit: 100).count == 15)
      done.wait()
    }
  }

  @Test func `is not waited for because of what lies beside it`() throws {
    let scratch = try Scratch()
    try scratch.directory("policies")
    try scratch.file("other.log", "line")
    let watch = FileWatch(scratch.path.appending("policies"))
    try scratch.file("other.log", "another line")
    let before = watch.takeChanges()
    try scratch.file("policies/web.yaml", "line")
    let after = watch.takeChanges()
    #expect(!before && after)
  }
}
