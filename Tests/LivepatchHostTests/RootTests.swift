import Documents
import Files
import SystemPackage
import Testing

@testable import LivepatchHost

/// A link, and where it leads below a root.
struct LinkCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var target: String
  var text: String?

  static let all = [
    LinkCase(testDescription: "beside itself", target: "secret", text: "inside/etc"),
    LinkCase(testDescription: "absolute", target: "/secret", text: "inside"),
    LinkCase(testDescription: "up and up again", target: "../../../../secret", text: "inside"),
    LinkCase(testDescription: "through another link", target: "hop/secret", text: "inside/etc"),
    LinkCase(testDescription: "to itself", target: "link", text: nil),
    LinkCase(testDescription: "to nothing", target: "nothing", text: nil),
    LinkCase(testDescription: "through a file", target: "secret/x", text: nil),
    LinkCase(testDescription: "with dots and slashes", target: ".//./secret", text: "inside/etc"),
  ]
}

@Suite("Below another root")
struct RootTests {
  static let resolutions: [RootDirectory.Resolution] = [.kernel, .walk]

  /// `inside` is the root; what lies beside it must never be seen.
  private func fake() throws -> FakeHost {
    let fake = try FakeHost()
    try fake.write("secret", "outside")
    try fake.write("inside/secret", "inside")
    try fake.write("inside/etc/secret", "inside/etc")
    try fake.symbolicLink("inside/etc/hop", to: "/etc/../etc/.")
    return fake
  }

  @Test("without the kernel's file systems nothing is known, and not that there is nothing")
  func empty() throws {
    let fake = try FakeHost()
    try fake.directory("elsewhere/etc")
    let seen = try LivepatchHost(root: fake.path.appending("elsewhere")).observe { _, _ in nil }
    #expect(seen.live.transition == .unknown)
    let missing = seen.unobserved.filter { $0.problem == .absent }.map(\.path)
    #expect(missing.contains("/sys"), "\(missing)")
    #expect(missing.contains("/proc/sys/kernel/osrelease"), "\(missing)")
    // Where sysfs is and the directory is not, the kernel has no live patching.
    try fake.directory("elsewhere/sys/kernel")
    #expect(
      try LivepatchHost(root: fake.path.appending("elsewhere")).observe { _, _ in nil }.live
        .transition == nil)
  }

  @Test("a link does not lead out", arguments: resolutions, LinkCase.all)
  func link(resolution: RootDirectory.Resolution, link: LinkCase) throws {
    let fake = try fake()
    try fake.symbolicLink("inside/etc/link", to: link.target)
    let root = try RootDirectory(fake.path.appending("inside"), resolution: resolution)
    #expect(root.text("etc/link").value == link.text)
    #expect(root.text("etc/../../secret").value == "inside")
  }

  @Test("a link in the place of a directory does not lead out", arguments: resolutions)
  func directoryLink(resolution: RootDirectory.Resolution) throws {
    let fake = try fake()
    try fake.symbolicLink("inside/proc", to: fake.path.appending("proc").string)
    try fake.symbolicLink("inside/sys", to: "../sys")
    let root = try RootDirectory(fake.path.appending("inside"), resolution: resolution)
    #expect(root.text("proc/cmdline") == .absent)
    #expect(root.entries("sys/kernel").value == nil)
  }

  @Test("directories are listed, files of them are not", arguments: resolutions)
  func entries(resolution: RootDirectory.Resolution) throws {
    let fake = try fake()
    let root = try RootDirectory(fake.path, resolution: resolution)
    let entries = try #require(root.entries("inside").value)
    #expect(entries.map(\.name) == ["etc", "secret"])
    #expect(entries.map(\.isDirectory) == [true, false])
    #expect(root.entries("inside/secret").failure != nil)
    #expect(root.entries(".").value?.contains { $0.name == "inside" } == true)
  }

  @Test("links that go in circles are unreadable, not absent", arguments: resolutions)
  func circle(resolution: RootDirectory.Resolution) throws {
    let fake = try fake()
    try fake.symbolicLink("inside/circle", to: "circle")
    let root = try RootDirectory(fake.path.appending("inside"), resolution: resolution)
    let error = SystemError("open", "/circle", .tooManySymbolicLinkLevels)
    #expect(root.text("circle") == .failed(.unreadable(error)))
  }

  @Test("nothing can be changed")
  func noLiveKernel() throws {
    let fake = try FakeHost()
    #expect(try LivepatchHost(root: fake.path).liveKernel == nil)
    #expect(try LivepatchHost(root: "/proc/../").liveKernel != nil)
  }
}
