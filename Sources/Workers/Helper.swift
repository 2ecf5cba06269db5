internal import Glibc

/// A thread; it ends by itself, and has to be waited for.
struct Helper {
  private let thread: pthread_t

  /// What a thread is for; it keeps itself alive until the thread has taken it.
  private final class Task: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Nil when no thread can be had.
  init?(_ run: @escaping @Sendable () -> Void) {
    let task = unsafe Unmanaged.passRetained(Task(run))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context {
          unsafe Unmanaged<Task>.fromOpaque(context).takeRetainedValue().run()
        }
        return nil
      }, task.toOpaque())
    guard status == 0 else {
      unsafe task.release()
      return nil
    }
    self.thread = thread
  }

  func wait() { pthread_join(thread, nil) }
}
