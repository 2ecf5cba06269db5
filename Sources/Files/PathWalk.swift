internal import Glibc
internal import SystemPackage

/// A walk along a path, one component at a time, holding each directory by descriptor.
///
/// Links are followed by hand, so that every directory and link that the result depends on is
/// checked as it is used: nobody can swap one between the check and the use.
struct PathWalk: ~Copyable {
  /// What a path names, ready to be opened.
  struct Place: ~Copyable {
    /// Where `name` is; nil for the process's current directory.
    var directory: OwnedDescriptor?
    var name: FilePath
    var type: FileType
    /// The path without links, for messages.
    var path: FilePath
  }

  private let asked: FilePath
  private let trust: FileTrust
  /// Where the walk stands, opened with O_PATH.
  private var directory: OwnedDescriptor
  /// The same as a path, for messages.
  private var here: FilePath
  /// The components ahead, the next one last.
  private var ahead: [FilePath.Component]
  /// As many as the kernel follows in one path.
  private var linksLeft = 40

  private init(
    asked: FilePath, trust: FileTrust, directory: consuming OwnedDescriptor, here: FilePath,
    ahead: [FilePath.Component]
  ) {
    self.asked = asked
    self.trust = trust
    self.directory = directory
    self.here = here
    self.ahead = ahead
  }

  /// Walks to the end of `path`.
  static func end(of path: FilePath, trust: FileTrust) throws(FileProblem) -> Place {
    guard !path.isEmpty else { throw FileProblem(path, .absent) }
    var absolute = path
    if path.isRelative {
      guard let current = currentDirectory() else { throw FileProblem(path, .absent, at: ".") }
      absolute = current.pushing(path)
    }
    let root = try orProblem(path, at: "/") { () throws(Errno) in
      try open("/", in: nil, O_PATH | O_DIRECTORY)
    }
    let walk = PathWalk(
      asked: path, trust: trust, directory: root, here: "/", ahead: absolute.components.reversed())
    _ = try walk.check(walk.directory.descriptor, "/")
    return try walk.run()
  }

  private consuming func run() throws(FileProblem) -> Place {
    while let name = ahead.popLast() {
      let path = name.kind == .parentDirectory ? here.removingLastComponent() : here.appending(name)
      let nodeName = FilePath(root: nil, components: name)
      let node = try orProblem(asked, at: path) { () throws(Errno) in
        try open(nodeName, in: directory.descriptor, O_PATH | O_NOFOLLOW)
      }
      switch try check(node.descriptor, path) {
      case .directory:
        directory = node
        if name.kind != .currentDirectory { here = path }
      case .symbolicLink:
        try follow(node.descriptor, path)
      case let type:
        if !ahead.isEmpty { throw FileProblem(asked, .unreadable(.notDirectory), at: path) }
        return Place(directory: directory, name: nodeName, type: type, path: path)
      }
    }
    return Place(directory: directory, name: ".", type: .directory, path: here)
  }

  /// Puts the target of a link in front of the components ahead.
  private mutating func follow(_ link: FileDescriptor, _ path: FilePath) throws(FileProblem) {
    guard linksLeft > 0 else {
      throw FileProblem(asked, .unreadable(.tooManySymbolicLinkLevels), at: path)
    }
    linksLeft -= 1
    let target = try orProblem(asked, at: path) { () throws(Errno) in try readLink(link) }
    if target.isAbsolute {
      // It was checked when the walk began, and the root of a process does not move.
      directory = try orProblem(asked, at: "/") { () throws(Errno) in
        try open("/", in: nil, O_PATH | O_DIRECTORY)
      }
      here = "/"
    }
    ahead += target.components.reversed()
  }

  /// Tells what a node of the path is, and checks it if the walk goes on from it. The last one is
  /// checked when it is opened.
  private func check(
    _ node: FileDescriptor, _ path: FilePath
  ) throws(FileProblem) -> FileType {
    let status = try orProblem(asked, at: path) { () throws(Errno) in try node.stat() }
    if [.directory, .symbolicLink].contains(status.type) {
      try trust.check(status, at: path, asked: asked)
    }
    return status.type
  }
}

/// O_PATH of linux/fcntl.h: a place in the tree and no more, so that nothing is opened that does
/// something when it is opened. Glibc shows it only to GNU programs, and Swift's view is none.
let O_PATH: CInt = 0o10_000_000

/// openat(2), always close-on-exec.
func open(
  _ path: FilePath, in directory: FileDescriptor?, _ flags: CInt
) throws(Errno) -> OwnedDescriptor {
  let start = directory?.rawValue ?? AT_FDCWD
  let descriptor = try systemCall {
    unsafe path.withPlatformString { unsafe openat(start, $0, flags | O_CLOEXEC) }
  }
  return OwnedDescriptor(FileDescriptor(rawValue: descriptor))
}

/// readlinkat(2) on a link that was opened with O_PATH.
private func readLink(_ link: FileDescriptor) throws(Errno) -> FilePath {
  // One byte more than a path may have, for the zero at the end.
  var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
  _ = try systemCall {
    unsafe target.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return unsafe readlinkat(link.rawValue, "", start, buffer.count - 1)
    }
  }
  return FilePath(platformString: target)
}

/// getcwd(3), nil when the current directory was removed or lies outside the root.
private func currentDirectory() -> FilePath? {
  var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
  let found = unsafe path.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return false }
    return unsafe getcwd(start, buffer.count) != nil
  }
  let result = FilePath(platformString: path)
  return found && result.isAbsolute ? result : nil
}
