import HostFacts
import Testing

@Suite struct `A range of kernel releases` {
  @Test(arguments: [
    (">=6.1.0-50 <6.2", "6.1.0-56-cloud-amd64", true),
    (">=6.1.0-50 <6.2", "6.1.0-50-amd64", true),
    (">=6.1.0-50 <6.2", "6.1.0-49-amd64", false),
    (">=6.1.0-50 <6.2", "6.1.0-9-amd64", false),
    (">=6.1.0-50 <6.2", "6.12.117+deb12-cloud-amd64", false),
    ("<6.2", "6.2.0-1-amd64", false),
    (">6.1.0-50", "6.1.0-50-amd64", false),
    ("<=6.1.0-50", "6.1.0-50-amd64", true),
    ("=6.1.0-50", "6.1.0-50-amd64", true),
    ("=6.1.0-50", "6.1.0-5-amd64", false),
    ("!=6.1.0-50", "6.1.0-50-amd64", false),
    ("!=6.1.0-50", "6.1.0-51-amd64", true),
    (">=6.8.0-1047", "6.8.0-1047-aws", true),
    (">=6.8.0-1047", "6.8.0-31-generic", false),
    (">=5.14.0-427.13", "5.14.0-427.13.1.el9_4.x86_64", true),
    (">=5.14.0-427.13", "5.14.0-427.9.1.el9_4.x86_64", false),
    (">=5.14.0-427.13", "5.14.0-427.13.1.el9_4.aarch64+64k", true),
    (">=5.14.21-150500.55.49", "5.14.21-150500.55.52-default", true),
    (">=6.1.100 <6.1.116", "6.1.115-126.197.amzn2023.x86_64", true),
    (">=6.12 <6.13", "6.12.3", true),
    (">=6.12 <6.13", "6.12.3-custom", true),
    ("<6.13", "custom", false),
    (">=6.13", "custom", false),
  ])
  func `is compared in the order of the release`(range: String, release: String, holds: Bool) throws
  {
    try expect(range, release, holds)
  }

  @Test(arguments: [
    ("<=5.14.0-427.13.1", "5.14.0-427.13.1.el9_4.x86_64", true),
    ("=5.14.0-427.13.1", "5.14.0-427.13.1.el9_4.x86_64", true),
    ("=5.14.0-427.13.1.el9_4", "5.14.0-427.13.1.el9_4.x86_64", true),
    ("=5.14.0-427.13.1.el9_4", "5.14.0-427.13.1.el9_2.x86_64", false),
    ("<=6.12.73", "6.12.73+deb13-amd64", true),
    ("<6.12.73", "6.12.73+deb13-amd64", false),
    (">6.12.73", "6.12.73+deb13-amd64", false),
    (">=6.12.73+deb13", "6.12.73+deb13-amd64", true),
    (">=6.12.73+deb13", "6.12.73+deb12-amd64", false),
  ])
  func `minds the mark of a distribution only where it names one`(
    range: String, release: String, holds: Bool
  ) throws {
    try expect(range, release, holds)
  }

  @Test(arguments: [
    (">=6.1.0-50-cloud-amd64", "6.1.0-56-cloud-amd64", true),
    (">=6.1.0-50-cloud-amd64", "6.1.0-56-amd64", false),
    ("<6.1.0-60-amd64", "6.1.0-56-cloud-amd64", false),
    (">=5.15.0-105-generic", "5.15.0-1053-aws", false),
    (">=5.14.0-427.el9.x86_64", "5.14.0-427.13.1.el9_4.aarch64", false),
    (">=5.14.0-427.el9.x86_64", "5.14.0-427.13.1.el9_4.x86_64", true),
    (">=5.14.0-427.el9.x86_64+rt", "5.14.0-427.13.1.el9_4.x86_64", false),
    (">=5.14.0-427.el9", "6.1.0-56-amd64", false),
    (">=5.14.0-427.el9", "6.11.4-301.fc41.x86_64", false),
    (">=5.14.0-427.el9", "6.4.0-150600.23.47-default", false),
    ("<7.0-custom", "6.12.3-custom", true),
    ("<7.0-custom", "6.12.3", false),
    (">=5.15.0-105-generic", "6.1.0-56-amd64", false),
    ("!=6.1.0-56-cloud-amd64", "6.1.0-56-cloud-amd64", false),
    ("!=6.1.0-56-cloud-amd64", "6.1.0-56-amd64", true),
    ("!=6.1.0-56-cloud-amd64", "5.14.0-427.el9.x86_64", true),
  ])
  func `is for the kernels that it names only`(range: String, release: String, holds: Bool) throws {
    try expect(range, release, holds)
  }

  @Test(arguments: [
    ("<6.2", "6.2.0-rc1", false), (">=6.2", "6.2.0-rc1", true),
    ("<6.2.0", "6.2.0-rc1", true), (">=6.2.0", "6.2.0-rc1", false),
    (">=6.13-rc1", "6.13.0-rc1", true), ("=6.13-rc1", "6.13.0-rc1", true),
    ("<6.13-rc3", "6.13.0-rc1", true), ("<6.13-rc3", "6.13.0", false),
    ("=6.13-rc7", "6.13-rc7-amd64", true), ("<6.13", "6.13-rc7-amd64", true),
    ("<6.13.0-rc5", "6.13.0-0.rc3.29.fc42.x86_64", true),
    (">=6.13.0-rc3", "6.13.0-0.rc3.29.fc42.x86_64", true),
    (">=6.13.0-rc5", "6.13.0-0.rc3.29.fc42.x86_64", false),
    (">=6.13.0-rc5", "6.13.0-200.fc42.x86_64", true),
    ("<6.13.0-rc5", "6.13.0-rc3-1.g1a2b3c4-default", true),
  ])
  func `has candidates below their release`(range: String, release: String, holds: Bool) throws {
    try expect(range, release, holds)
  }

  @Test(arguments: [
    ">= 6.1", ">=\t6.1  <7", " >=6.1 ", ">=6.1\n<7", ">6.0 !=6.0.5", "=6.12.3", ">=6.1 <=6.12.3",
    ">=6.13.0-rc3 <=6.13-rc3", ">=6.1.0-50 <6.1.0-60-amd64", "!=6.1 !=6.2",
    ">=5.14.0-427.13.1.el9_4 <=5.14.0-427.13.1", "=6.1.0-50 !=6.1.0-50-amd64", ">=6.1 <=6.1",
    ">=6.1.0-0.deb11.5 <6.2", ">=6.5~rc1",
  ])
  func `may be written with blanks, and with any bounds that agree`(text: String) throws {
    #expect(try KernelReleaseRange(parsing: text).text == text)
  }

  private func expect(_ range: String, _ release: String, _ holds: Bool) throws {
    let range = try KernelReleaseRange(parsing: range)
    #expect(range.matches(KernelRelease(release)) == holds)
  }

  @Test func `holds for exactly one of below, equal and above, whatever the release`() throws {
    let releases =
      (ReleaseCase.debian + ReleaseCase.ubuntu + ReleaseCase.rpm + ReleaseCase.upstream)
      .map { KernelRelease($0.text) }
    for bound in ["6.1.0-50", "5.14.0-427.13", "6.13-rc3", "6.12", "5.15.0-105"] {
      let ranges = try ["<", "=", ">"].map { try KernelReleaseRange(parsing: $0 + bound) }
      for release in releases where !release.base.isEmpty {
        let count = ranges.count { $0.matches(release) }
        #expect(count == 1, "\(bound) \(release.text)")
      }
    }
  }
}

struct RangeErrorCase: CustomTestStringConvertible, Sendable {
  var text: String
  var problem: VersionRangeError.Problem
  var offset: Int
  var advice: String

  init(
    _ text: String, _ problem: VersionRangeError.Problem, _ offset: Int, _ advice: String
  ) {
    self.text = text
    self.problem = problem
    self.offset = offset
    self.advice = advice
  }

  var testDescription: String { text }

  static let common = [
    RangeErrorCase("", .empty, 0, "write one bound or more, such as >=6.1 <6.2"),
    RangeErrorCase("  ", .empty, 0, "write one bound or more, such as >=6.1 <6.2"),
    RangeErrorCase("=>6.1", .unknownOperator("=>", before: "6.1"), 0, "write >=6.1"),
    RangeErrorCase("=<6.1", .unknownOperator("=<", before: "6.1"), 0, "write <=6.1"),
    RangeErrorCase(">5 ==6.1", .unknownOperator("==", before: "6.1"), 3, "write =6.1"),
    RangeErrorCase("<>6.1", .unknownOperator("<>", before: "6.1"), 0, "write !=6.1"),
    RangeErrorCase(
      "~>6.1", .unknownOperator("~>", before: "6.1"), 0, "write both bounds: >=6.1 <6.2"),
    RangeErrorCase(
      "^6.1.3", .unknownOperator("^", before: "6.1.3"), 0, "write both bounds: >=6.1.3 <6.2"),
    RangeErrorCase("^12", .unknownOperator("^", before: "12"), 0, "write both bounds: >=12 <13"),
    RangeErrorCase(
      "~x", .unknownOperator("~", before: "x"), 0, "write both bounds, such as >=6.1 <6.2"),
    RangeErrorCase(
      "<5 || >6", .unknownOperator("||", before: ""), 3,
      "write two entries with a range each: all bounds of a range have to hold"),
    RangeErrorCase(
      ">5 && <6", .unknownOperator("&&", before: ""), 3,
      "separate the bounds with blanks: they all have to hold"),
    RangeErrorCase(
      ">!6", .unknownOperator(">!", before: "6"), 0, "the operators are >= > <= < = !="),
    RangeErrorCase(
      ">=", .versionMissing(after: ">="), 0, "write a version behind it, such as >=6.1"),
    RangeErrorCase(
      ">= <6.2", .versionMissing(after: ">="), 0, "write a version behind it, such as >=6.1"),
    RangeErrorCase(
      "6.1 <6.2", .operatorMissing(before: "6.1"), 0,
      "write =6.1, or one of >= > <= < != before it"),
    RangeErrorCase(
      ">=6.1 6.2", .operatorMissing(before: "6.2"), 6,
      "write =6.2, or one of >= > <= < != before it"),
    RangeErrorCase(
      "6.1.* 6.2.*", .operatorMissing(before: "6.1.*"), 0,
      "a glob stands alone: write an entry for each"),
    RangeErrorCase(
      ">=6.1, <6.2", .comma, 5, "separate the bounds with blanks: they all have to hold"),
    RangeErrorCase(
      ">=6.1 , <6.2", .comma, 6, "separate the bounds with blanks: they all have to hold"),
    RangeErrorCase(
      ">=6.1<6.2", .blankMissing(after: ">=6.1"), 5,
      "separate the bounds with blanks, as in >=6.1 <6.2"),
    RangeErrorCase(
      ">=6.1.*", .malformedVersion("6.1.*"), 2,
      "write whole versions, such as >=6.1 <6.2, or a glob alone"),
    RangeErrorCase(
      ">=6.é", .malformedVersion("6.é"), 2, "write a version such as 6.1 or 6.1.0-50"),
    RangeErrorCase(
      ">=6.2 <6.1", .neverMatches(">=6.2", "<6.1", instead: ">=6.1 <6.2"), 6, "write >=6.1 <6.2"),
    RangeErrorCase(
      "<6.1 >6.2", .neverMatches("<6.1", ">6.2", instead: ">6.1 <6.2"), 5, "write >6.1 <6.2"),
    RangeErrorCase(
      ">=6.1 <6.1", .neverMatches(">=6.1", "<6.1", instead: nil), 6,
      "take one of them away, or write two entries with a range each"),
    RangeErrorCase(
      "=6.1 =6.2", .neverMatches("=6.1", "=6.2", instead: nil), 5,
      "take one of them away, or write two entries with a range each"),
    RangeErrorCase(
      "=6.1 !=6.1", .neverMatches("=6.1", "!=6.1", instead: nil), 5,
      "take one of them away, or write two entries with a range each"),
    RangeErrorCase(
      ">=6.1 !=6.5 <6.0", .neverMatches(">=6.1", "<6.0", instead: ">=6.0 <6.1"), 12,
      "write >=6.0 <6.1"),
  ]

  static let kernel = [
    RangeErrorCase(
      ">=6.x", .malformedVersion("6.x"), 2, "write a version such as 6.1 or 6.1.0-50"),
    RangeErrorCase(
      ">5 <6.1.", .malformedVersion("6.1."), 4, "write a version such as 6.1 or 6.1.0-50"),
    RangeErrorCase(">= v6.1", .malformedVersion("v6.1"), 3, "write 6.1"),
    RangeErrorCase(
      ">=generic", .malformedVersion("generic"), 2, "write a version such as 6.1 or 6.1.0-50"),
    RangeErrorCase(
      ">=6.1.0-9 <6.1.0-10 >6.1.0-11",
      .neverMatches("<6.1.0-10", ">6.1.0-11", instead: ">6.1.0-10 <6.1.0-11"), 20,
      "write >6.1.0-10 <6.1.0-11"),
    RangeErrorCase(
      ">=6.1.0-50-amd64 <6.1.0-60-cloud-amd64",
      .differentKernels(">=6.1.0-50-amd64", "<6.1.0-60-cloud-amd64"), 17,
      "write an entry for each kind of kernel"),
    RangeErrorCase(
      ">=5.14.0-427.el9 <6.1.0-60-amd64",
      .differentKernels(">=5.14.0-427.el9", "<6.1.0-60-amd64"), 17,
      "write an entry for each kind of kernel"),
    RangeErrorCase(
      ">=5.14.0-427.el9.x86_64 <5.14.0-500.el9.aarch64",
      .differentKernels(">=5.14.0-427.el9.x86_64", "<5.14.0-500.el9.aarch64"), 24,
      "write an entry for each kind of kernel"),
  ]
}

@Suite struct `A wrong range is told, with what to write instead` {
  private func expect(_ sample: RangeErrorCase, _ parse: () throws(VersionRangeError) -> Void) {
    do throws(VersionRangeError) {
      try parse()
      Issue.record("\(sample.text) was accepted")
    } catch {
      #expect(error.problem == sample.problem)
      #expect(error.offset == sample.offset)
      #expect(error.advice == sample.advice)
      #expect(!error.message.isEmpty)
    }
  }

  @Test(arguments: RangeErrorCase.common + RangeErrorCase.kernel)
  func `for kernels`(_ sample: RangeErrorCase) {
    expect(sample) { () throws(VersionRangeError) in
      _ = try KernelReleaseRange(parsing: sample.text)
    }
  }

  @Test(arguments: RangeErrorCase.common)
  func `for other versions`(_ sample: RangeErrorCase) {
    expect(sample) { () throws(VersionRangeError) in
      _ = try VersionRange(parsing: sample.text)
    }
  }

  @Test func `and no text makes it trap`() {
    var dice = Dice()
    let pieces = [
      ">=", "<", "=", "!", "~", "^", "6.1", "6.1.0-50", "-rc1", "-amd64", ".el9", " ", ",", "é",
      "*",
      "\u{301}", "\r\n", "\u{0}", "+", "99999999999999999999",
    ]
    var parsed = 0
    for _ in 0..<20_000 {
      let text = dice.text(of: pieces, 0...8)
      do throws(VersionRangeError) {
        let range = try KernelReleaseRange(parsing: text)
        parsed += 1
        _ = range.matches(KernelRelease("6.1.0-56-amd64"))
      } catch {
        #expect(error.offset <= text.utf8.count)
      }
      _ = try? VersionRange(parsing: text).matches("12")
    }
    #expect(parsed > 0)
  }
}
