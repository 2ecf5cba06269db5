import HostFacts
import Testing

@Suite struct `A range of versions` {
  @Test(arguments: [
    ("12", "12", true), ("12", "12.1", false), ("22.04", "22.04", true), ("22.04", "22.10", false),
    ("2", "02", true), (">=12", "12", true), (">=12", "13", true), (">=12", "9", false),
    (">=9.2 <10", "9.10", true), ("<3", "2.9", true), ("<3", "3", false),
    (">=22.04", "24.04", true),
    ("!=2", "2", false), ("!=2", "3", true), ("<3", "3~rc1", true), ("rawhide", "rawhide", true),
  ])
  func `holds in dpkg's order`(range: String, version: String, holds: Bool) throws {
    #expect(try VersionRange(parsing: range).matches(version) == holds)
  }

  @Test func `is exact without an operator`() throws {
    #expect(try VersionRange(parsing: "12").isExact)
    #expect(try !VersionRange(parsing: "=12").isExact)
    #expect(try !VersionRange(parsing: ">=12").isExact)
  }

  @Test(arguments: ["12.*", "(12)", ".5", "é"])
  func `is no glob, and needs versions`(text: String) throws {
    let error = try #require(throws: VersionRangeError.self) { try VersionRange(parsing: text) }
    #expect(error.problem == .malformedVersion(text))
    #expect(error.offset == 0)
  }
}

@Suite struct `A pattern of kernel releases` {
  @Test(arguments: [
    ("6.1.0-56-cloud-amd64", "6.1.0-56-cloud-amd64", true),
    ("6.1.0-56-cloud-amd64", "6.1.0-56-amd64", false),
    ("6.1.0-*-amd64", "6.1.0-56-amd64", true),
    (">=6.1.0-50 <6.2", "6.1.0-56-amd64", true),
    (">=6.1.0-50 <6.2", "6.2.0-1-amd64", false),
  ])
  func `is a release, a glob or a range`(text: String, release: String, holds: Bool) throws {
    let pattern = try KernelReleasePattern(parsing: text)
    #expect(pattern.text == text)
    #expect(pattern.matches(release) == holds)
    #expect(pattern.matches(KernelRelease(release)) == holds)
  }

  @Test func `says which of them it is`() throws {
    let exact = try KernelReleasePattern(parsing: "6.12.3")
    #expect(exact.exactRelease == "6.12.3" && !exact.isGlob && exact.range == nil)
    let glob = try KernelReleasePattern(parsing: "6.1[!0]*")
    #expect(glob.exactRelease == nil && glob.isGlob && glob.range == nil)
    let range = try KernelReleasePattern(parsing: ">=6.1")
    #expect(range.exactRelease == nil && !range.isGlob && range.range != nil)
  }

  @Test(arguments: ["", "~>6.1", "6.1.0-50 <6.2", "^6", ">=6.2 <6.1", "6.1, 6.2", "!6.1"])
  func `tells what is wrong with what looks like a range`(text: String) {
    #expect(throws: VersionRangeError.self) { try KernelReleasePattern(parsing: text) }
  }
}

@Suite struct `What uname -v says` {
  static let debian = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-11-02)"
  static let ubuntu = "#115-Ubuntu SMP Mon Apr 15 09:52:04 UTC 2024"
  static let other = "#115~22.04.1-Ubuntu SMP Mon Apr 15 09:52:04 UTC 2024"
  static let rpm = "#1 SMP PREEMPT_DYNAMIC Wed Apr 10 10:29:16 EDT 2024"

  @Test(arguments: [
    (debian, "6.1.0-56-amd64", "6.1.176-1", true),
    (debian, "6.1.0-56-amd64", "6.1.176-1+b1", false),
    (debian, "6.1.0-56-amd64", "6.1.176", false),
    (debian, "6.1.0-56-amd64", "1.176-1", false),
    (debian, "6.1.0-56-amd64", "1", false),
    (debian, "6.1.0-56-amd64", "2026-11-02", false),
    (debian, "6.1.0-56-amd64", "Debian", false),
    (debian, "6.1.0-56-amd64", "", false),
    ("#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)", "6.8.12-4-pve", "6.8.12-4", true),
    (ubuntu, "5.15.0-105-generic", "115", true),
    (ubuntu, "5.15.0-105-generic", "5.15.0-105.115", true),
    (ubuntu, "5.15.0-106-generic", "5.15.0-105.115", false),
    (ubuntu, "5.15.0-105-generic", "5.15.0-105.116", false),
    (ubuntu, "5.15.0-105-generic", "11", false),
    (ubuntu, "5.15.0-105-generic", "2024", false),
    (ubuntu, "5.15.0-105-generic", "", false),
    (other, "5.15.0-105-generic", "115~22.04.1", true),
    (other, "5.15.0-105-generic", "5.15.0-105.115~22.04.1", true),
    (other, "5.15.0-105-generic", "115", false),
    (rpm, "5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.13.1.el9_4", true),
    (rpm, "5.14.0-427.13.1.el9_4.x86_64+rt", "5.14.0-427.13.1.el9_4.x86_64", true),
    (rpm, "5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.13.1", false),
    (rpm, "5.14.0-427.13.1.el9_4.x86_64", "1", false),
    ("", "6.1.0-56-amd64", "6.1.176-1", false),
  ])
  func `is the exact build of a kernel's package`(
    text: String, release: String, build: String, matches: Bool
  ) {
    let version = UnameVersion(text)
    #expect(version.matches(packageBuild: build, release: KernelRelease(release)) == matches)
  }
}
