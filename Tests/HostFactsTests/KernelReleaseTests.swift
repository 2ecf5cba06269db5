import HostFacts
import Testing

struct ReleaseCase: CustomTestStringConvertible, Sendable {
  var text: String
  var scheme: KernelRelease.Scheme
  var base: String
  var release: String?
  var flavour: String?
  var architecture: String?
  var version: String

  var testDescription: String { text }

  init(
    _ text: String, _ scheme: KernelRelease.Scheme, _ base: String, _ release: String?,
    _ flavour: String?, _ architecture: String? = nil, version: String? = nil
  ) {
    self.text = text
    self.scheme = scheme
    self.base = base
    self.release = release
    self.flavour = flavour
    self.architecture = architecture
    self.version = version ?? base + (release.map { "-" + $0 } ?? "")
  }

  static let debian = [
    ReleaseCase("6.1.0-56-cloud-amd64", .debian, "6.1.0", "56", "cloud-amd64", "amd64"),
    ReleaseCase("6.1.0-56-amd64", .debian, "6.1.0", "56", "amd64", "amd64"),
    ReleaseCase("6.1.0-56-rt-amd64", .debian, "6.1.0", "56", "rt-amd64", "amd64"),
    ReleaseCase("6.1.0-56-cloud-arm64", .debian, "6.1.0", "56", "cloud-arm64", "arm64"),
    ReleaseCase("5.10.0-35-686-pae", .debian, "5.10.0", "35", "686-pae", "686"),
    ReleaseCase("5.10.0-35-armmp-lpae", .debian, "5.10.0", "35", "armmp-lpae", "armmp"),
    ReleaseCase("6.1.0-56-4kc-malta", .debian, "6.1.0", "56", "4kc-malta", "4kc"),
    ReleaseCase("6.1.0-0.deb11.21-amd64", .debian, "6.1.0", "0.deb11.21", "amd64", "amd64"),
    ReleaseCase("4.19.0-0.bpo.6-amd64", .debian, "4.19.0", "0.bpo.6", "amd64", "amd64"),
    ReleaseCase(
      "6.12.117+deb12-cloud-amd64", .debian, "6.12.117", "deb12", "cloud-amd64", "amd64",
      version: "6.12.117+deb12"),
    ReleaseCase(
      "6.12.73+deb13-amd64", .debian, "6.12.73", "deb13", "amd64", "amd64",
      version: "6.12.73+deb13"),
    ReleaseCase(
      "6.12.12+bpo-amd64", .debian, "6.12.12", "bpo", "amd64", "amd64", version: "6.12.12+bpo"),
    ReleaseCase("6.12.6-amd64", .debian, "6.12.6", nil, "amd64", "amd64"),
    ReleaseCase("6.12.6-686-pae", .debian, "6.12.6", nil, "686-pae", "686"),
    ReleaseCase(
      "6.13-rc7-amd64", .debian, "6.13", "rc7", "amd64", "amd64", version: "6.13~rc7"),
    ReleaseCase(
      "6.13-rc7+unreleased-amd64", .debian, "6.13", "rc7+unreleased", "amd64", "amd64",
      version: "6.13~rc7+unreleased"),
  ]

  static let ubuntu = [
    ReleaseCase("5.15.0-105-generic", .ubuntu, "5.15.0", "105", "generic"),
    ReleaseCase("5.15.0-1053-aws", .ubuntu, "5.15.0", "1053", "aws"),
    ReleaseCase("6.8.0-1047-aws", .ubuntu, "6.8.0", "1047", "aws"),
    ReleaseCase("6.8.0-31-lowlatency", .ubuntu, "6.8.0", "31", "lowlatency"),
    ReleaseCase("6.5.0-1020-oem", .ubuntu, "6.5.0", "1020", "oem"),
    ReleaseCase("6.8.0-31-generic-64k", .ubuntu, "6.8.0", "31", "generic-64k"),
    ReleaseCase(
      "6.13.0-061300rc3-generic", .ubuntu, "6.13.0", "061300~rc3", "generic",
      version: "6.13.0-061300~rc3"),
  ]

  static let rpm = [
    ReleaseCase(
      "5.14.0-427.13.1.el9_4.x86_64", .rpm, "5.14.0", "427.13.1.el9_4", nil, "x86_64"),
    ReleaseCase(
      "5.14.0-427.13.1.el9_4.x86_64+rt", .rpm, "5.14.0", "427.13.1.el9_4", "rt", "x86_64"),
    ReleaseCase(
      "5.14.0-427.13.1.el9_4.x86_64+debug", .rpm, "5.14.0", "427.13.1.el9_4", "debug", "x86_64"),
    ReleaseCase(
      "5.14.0-427.13.1.el9_4.aarch64+64k", .rpm, "5.14.0", "427.13.1.el9_4", "64k", "aarch64"),
    ReleaseCase("4.18.0-553.el8_10.x86_64", .rpm, "4.18.0", "553.el8_10", nil, "x86_64"),
    ReleaseCase(
      "4.18.0-553.rt7.342.el8_10.x86_64", .rpm, "4.18.0", "553.rt7.342.el8_10", "rt", "x86_64"),
    ReleaseCase(
      "5.15.0-200.131.27.el8uek.x86_64", .rpm, "5.15.0", "200.131.27.el8uek", "uek", "x86_64"),
    ReleaseCase("6.12.1-1.el9.elrepo.x86_64", .rpm, "6.12.1", "1.el9.elrepo", nil, "x86_64"),
    ReleaseCase("6.11.4-301.fc41.x86_64", .rpm, "6.11.4", "301.fc41", nil, "x86_64"),
    ReleaseCase("6.13.0-0.rc3.29.fc42.x86_64", .rpm, "6.13.0", "0.rc3.29.fc42", nil, "x86_64"),
    ReleaseCase(
      "6.1.115-126.197.amzn2023.x86_64", .rpm, "6.1.115", "126.197.amzn2023", nil, "x86_64"),
    ReleaseCase("6.6.57.1-2.azl3", .rpm, "6.6.57.1", "2.azl3", nil),
    ReleaseCase("6.1.10-11.ph5-esx", .rpm, "6.1.10", "11.ph5", "esx"),
    ReleaseCase("5.14.21-150500.55.52-default", .rpm, "5.14.21", "150500.55.52", "default"),
    ReleaseCase("6.4.0-150600.23.47-rt", .rpm, "6.4.0", "150600.23.47", "rt"),
    ReleaseCase("6.11.3-1-default", .rpm, "6.11.3", "1", "default"),
  ]

  static let upstream = [
    ReleaseCase("6.12.3", .upstream, "6.12.3", nil, nil),
    ReleaseCase("6.13.0-rc1", .upstream, "6.13.0", "rc1", nil, version: "6.13.0~rc1"),
    ReleaseCase("6.13.0-rc1+", .upstream, "6.13.0", "rc1+", nil, version: "6.13.0~rc1+"),
    ReleaseCase("6.12.3-custom", .upstream, "6.12.3", nil, "custom"),
    ReleaseCase("6.13.0-rc1-custom", .upstream, "6.13.0", "rc1", "custom", version: "6.13.0~rc1"),
    ReleaseCase("6.9.0+", .upstream, "6.9.0", "+", nil, version: "6.9.0+"),
    ReleaseCase("6.1.0-50", .upstream, "6.1.0", "50", nil),
    ReleaseCase("6.8.12-4-pve", .upstream, "6.8.12", "4", "pve"),
    ReleaseCase("6.12.4-arch1-1", .upstream, "6.12.4", nil, "arch1-1"),
    ReleaseCase("6.6.63-1-lts", .upstream, "6.6.63", "1", "lts"),
    ReleaseCase("6.12.0-00012-g1a2b3c4d5e6f", .upstream, "6.12.0", "00012", "g1a2b3c4d5e6f"),
    ReleaseCase("custom", .upstream, "", nil, "custom", version: "custom"),
    ReleaseCase("6.x", .upstream, "6", nil, ".x"),
    ReleaseCase("6.1.0-rcx", .upstream, "6.1.0", nil, "rcx"),
    ReleaseCase("6.1.0-", .upstream, "6.1.0", nil, nil),
    ReleaseCase("", .upstream, "", nil, nil, version: ""),
  ]
}

@Suite struct `A kernel release is read` {
  func expect(_ sample: ReleaseCase) {
    let release = KernelRelease(sample.text)
    #expect(release.text == sample.text)
    #expect(release.scheme == sample.scheme)
    #expect(release.base == sample.base)
    #expect(release.release == sample.release)
    #expect(release.flavour == sample.flavour)
    #expect(release.architecture == sample.architecture)
    #expect(release.version == sample.version)
  }

  @Test(arguments: ReleaseCase.debian) func `as Debian's`(_ sample: ReleaseCase) {
    expect(sample)
  }

  @Test(arguments: ReleaseCase.ubuntu) func `as Ubuntu's`(_ sample: ReleaseCase) {
    expect(sample)
  }

  @Test(arguments: ReleaseCase.rpm) func `as one of an RPM system`(_ sample: ReleaseCase) {
    expect(sample)
  }

  @Test(arguments: ReleaseCase.upstream)
  func `as upstream's, which is whatever no distribution has`(_ sample: ReleaseCase) {
    expect(sample)
  }

  @Test func `whatever it is, and stands in an order`() {
    var dice = Dice()
    let pieces = [
      "6", ".1", ".0", "-", "-56", "-rc1", "~", "+", "-amd64", "-generic", ".el9_4", ".x86_64",
      "+rt", "deb12", "é", "\u{301}", "\r\n", "\u{0}", ".", "-default", "uek",
    ]
    for _ in 0..<20_000 {
      let text = dice.text(of: pieces, 0...7)
      let release = KernelRelease(text)
      #expect(release.text == text)
      #expect(release.compared(to: release) == .same)
    }
  }

  @Test(
    arguments: [
      ("6.1.0-9-amd64", "6.1.0-10-amd64", Ordering.below),
      ("6.13.0-rc1", "6.13.0", .below), ("6.13.0-rc2", "6.13.0-rc10", .below),
      ("6.13-rc7-amd64", "6.13-amd64", .below),
      ("6.9.0+", "6.9.0", .above),
      ("6.13.0-061300rc3-generic", "6.13.0-061300-generic", .below),
      ("5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.9.1.el9_4.aarch64", .above),
      ("6.13.0-0.rc3.29.fc42.x86_64", "6.13.0-200.fc42.x86_64", .below),
      ("6.1.0-56-amd64", "6.1.0-56-cloud-amd64", nil),
      ("5.15.0-105-generic", "5.15.0-1053-aws", nil),
      ("6.12.3", "5.14.0-427.el9.x86_64", nil),
    ] as [(String, String, Ordering?)])
  func `and compared with those of its scheme and flavour only`(
    one: String, other: String, ordering: Ordering?
  ) {
    #expect(KernelRelease(one).compared(to: KernelRelease(other)) == ordering)
  }
}
