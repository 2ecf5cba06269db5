internal import ChildProcess
internal import Files
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// One file on its way into the store: what has come of it lies beside the copies, under its digest,
/// and a later attempt, or a later run, goes on from there.
struct Download: ~Copyable {
  private let url: String
  private let sha256: String
  private let settings: DownloadSettings
  private let progress: (@Sendable (DownloadProgress) -> Void)?
  private let isWanted: @Sendable () -> Bool
  private let part: OwnedDescriptor
  private let path: FilePath
  private let deadline: ContinuousClock.Instant

  /// Opens what has come so far.
  ///
  /// - Throws: `ArtefactProblem`, where the store takes nothing.
  init(
    _ url: String, sha256: String, to path: FilePath, _ settings: DownloadSettings,
    progress: (@Sendable (DownloadProgress) -> Void)?, isWanted: @escaping @Sendable () -> Bool
  ) throws(ArtefactProblem) {
    part = try Download.open(path)
    self.url = url
    self.sha256 = sha256
    self.settings = settings
    self.progress = progress
    self.isWanted = isWanted
    self.path = path
    deadline = ContinuousClock.now + settings.timeLimit
  }

  private static func open(_ path: FilePath) throws(ArtefactProblem) -> OwnedDescriptor {
    do throws(Errno) {
      let number = try systemCall {
        unsafe Glibc.open(path.string, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
      }
      return OwnedDescriptor(FileDescriptor(rawValue: number))
    } catch {
      throw ArtefactProblem(
        notKept: SystemError("open", path.string, error), in: path.removingLastComponent())
    }
  }

  /// Fetches what is missing, in several attempts if need be.
  ///
  /// - Returns: the artefact, checked.
  /// - Throws: `ArtefactProblem`; what has come stays where it is of use.
  borrowing func run() throws(ArtefactProblem) -> Artefact {
    var attempt = 1
    var pause = settings.pause
    while true {
      let offset = try size()
      if offset > 0, let artefact = try? artefact() { return artefact }
      do throws(ArtefactProblem) {
        try transfer(from: offset)
        return try artefact()
      } catch {
        let isRetried: Bool
        switch error.kind {
        case .notDownloaded(let failure):
          if failure.isAboutRange, offset > 0 {
            // The server has another file by now, or sends no parts.
            try empty()
            continue
          }
          isRetried = failure.isPassing
        case .digestMismatch:
          // Nothing to go on from; and if it began with an older file's beginning, once more.
          try empty()
          if offset > 0 { continue }
          isRetried = false
        default:
          isRetried = false
        }
        guard isRetried, isWanted(), attempt < settings.attempts,
          ContinuousClock.now + pause < deadline
        else {
          throw error
        }
        wait(pause)
        pause *= 2
        attempt += 1
      }
    }
  }

  /// One run of curl.
  private borrowing func transfer(from offset: Int) throws(ArtefactProblem) {
    let configuration = CurlConfiguration(
      url: url, offset: offset, settings: settings, timeLeft: deadline - .now,
      showsProgress: progress != nil)
    var command = Command(
      settings.program, CurlConfiguration.arguments, environment: settings.environment,
      input: Array(configuration.text.utf8),
      // curl keeps its own time limits; this is for the case that it does not.
      timeLimit: max(.seconds(1), deadline - .now) + .seconds(10))
    if geteuid() == 0 { command.user = .fetcher }
    let sink = Sink(
      part.descriptor, url: url, offset: offset, limit: settings.largestSize, progress: progress)
    let result: CommandResult
    do throws(CommandFailure) {
      result = try command.runAndWait(
        Command.Listener(output: { sink.take($0) }, error: { sink.hear($0) }), while: isWanted)
    } catch {
      throw ArtefactProblem(
        url, DownloadFailure(.notRun(isMissing: error.kind == .notFound), "\(error)"))
    }
    progress?(sink.progress(isOver: true))
    if let error = sink.failure {
      throw ArtefactProblem(notKept: error, in: path.removingLastComponent())
    }
    if sink.isTooLarge {
      throw ArtefactProblem(url, DownloadFailure(.tooLarge(limit: settings.largestSize)))
    }
    let words = CurlWords(result.standardError.text)
    switch result.ending {
    case .exited(0): return
    case .exited(let code):
      throw ArtefactProblem(
        url, DownloadFailure(.curl(exit: code, status: words.status), words.message))
    case .killed, .timedOut:
      throw ArtefactProblem(url, DownloadFailure(.ended("\(result.ending)")))
    }
  }

  /// What has come, if it is all there.
  private borrowing func artefact() throws(ArtefactProblem) -> Artefact {
    let bytes: [UInt8]?
    do throws(Errno) {
      try part.descriptor.rewind()
      bytes = try part.descriptor.readToEnd(limit: settings.largestSize)
    } catch {
      throw ArtefactProblem(
        notKept: SystemError("read", path.string, error), in: path.removingLastComponent())
    }
    return try Artefact(of: bytes ?? [], from: url, sha256: sha256)
  }

  private borrowing func size() throws(ArtefactProblem) -> Int {
    let size = Int(clamping: lseek(part.descriptor.rawValue, 0, SEEK_END))
    guard size > settings.largestSize || size < 0 else { return size }
    try empty()
    return 0
  }

  private borrowing func empty() throws(ArtefactProblem) {
    do throws(Errno) {
      let descriptor = part.descriptor.rawValue
      _ = try systemCall { ftruncate(descriptor, 0) }
    } catch {
      throw ArtefactProblem(
        notKept: SystemError("ftruncate", path.string, error), in: path.removingLastComponent())
    }
  }
}

private func wait(_ time: Duration) {
  let (seconds, attoseconds) = time.components
  var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  var rest = timespec()
  while unsafe nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
}

/// Where the bytes of one attempt go, exactly as many as may come.
private final class Sink: Sendable {
  private struct State {
    var received: Int
    var words = ""
    var fraction: Double?
    var failure: SystemError?
    var isTooLarge = false
  }

  private let file: FileDescriptor
  private let url: String
  private let offset: Int
  private let limit: Int
  private let tell: (@Sendable (DownloadProgress) -> Void)?
  private let state: Mutex<State>

  /// Takes down what is written; `file` stays open as long as this is used.
  init(
    _ file: FileDescriptor, url: String, offset: Int, limit: Int,
    progress: (@Sendable (DownloadProgress) -> Void)?
  ) {
    self.file = file
    self.url = url
    self.offset = offset
    self.limit = limit
    tell = progress
    state = Mutex(State(received: offset))
  }

  /// - Returns: whether more may come.
  func take(_ bytes: [UInt8]) -> Bool {
    let goesOn = state.withLock { state in
      guard state.failure == nil, !state.isTooLarge else { return false }
      guard bytes.count <= limit - state.received else {
        state.isTooLarge = true
        return false
      }
      do throws(Errno) {
        try file.writeEverything(bytes)
        state.received += bytes.count
        return true
      } catch {
        state.failure = SystemError("write", "the file that is downloaded", error)
        return false
      }
    }
    tell?(progress(isOver: false))
    return goesOn
  }

  /// Listens to how far curl says it is.
  func hear(_ bytes: [UInt8]) {
    state.withLock { state in
      state.words += String(decoding: bytes, as: UTF8.self)
      state.fraction = CurlWords(state.words).fraction ?? state.fraction
      state.words = String(state.words.suffix(200))
    }
  }

  func progress(isOver: Bool) -> DownloadProgress {
    state.withLock {
      DownloadProgress(url: url, received: $0.received, fraction: $0.fraction, isOver: isOver)
    }
  }

  var failure: SystemError? { state.withLock(\.failure) }
  var isTooLarge: Bool { state.withLock(\.isTooLarge) }
}
