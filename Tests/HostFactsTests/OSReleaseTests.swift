import HostFacts
import Testing

struct OSReleaseCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var text: String
  var id: String
  var versionID: String?

  static let all = [
    OSReleaseCase(
      testDescription: "Debian: bare and quoted values",
      text: """
        PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
        NAME="Debian GNU/Linux"
        VERSION_ID="12"
        ID=debian
        HOME_URL="https://www.debian.org/"
        """,
      id: "debian", versionID: "12"),
    OSReleaseCase(
      testDescription: "comments, blank lines and indentation",
      text: "# ID=comment\n\n  ID=fedora\n\tVERSION_ID=41 \n", id: "fedora", versionID: "41"),
    OSReleaseCase(
      testDescription: "single quotes", text: "ID='opensuse-leap'\nVERSION_ID='15.6'",
      id: "opensuse-leap", versionID: "15.6"),
    OSReleaseCase(
      testDescription: "escapes in double quotes",
      text: #"VERSION_ID="a\"b\\c\$d\`e\f""#, id: "linux", versionID: #"a"b\c$d`e\f"#),
    OSReleaseCase(
      testDescription: "escapes outside quotes", text: #"VERSION_ID=a\ b"#, id: "linux",
      versionID: "a b"),
    OSReleaseCase(
      testDescription: "no escapes in single quotes", text: #"VERSION_ID='a\b'"#, id: "linux",
      versionID: #"a\b"#),
    OSReleaseCase(
      testDescription: "the last assignment wins", text: "ID=first\nID=last", id: "last"),
    OSReleaseCase(
      testDescription: "no ID means linux, an empty version means none",
      text: "VERSION_ID=\"\"\nID=", id: "linux"),
    OSReleaseCase(testDescription: "an empty file", text: "", id: "linux"),
    OSReleaseCase(
      testDescription: "nonsense in lines that nobody needs", text: "what?\nNAME=\"open\nID=arch",
      id: "arch"),
    OSReleaseCase(
      testDescription: "lines that end as on Windows", text: "ID=debian\r\nVERSION_ID=12\r\n",
      id: "debian", versionID: "12"),
  ]
}

@Test("os-release", arguments: OSReleaseCase.all)
func osRelease(_ sample: OSReleaseCase) throws {
  let release = try OSRelease(parsing: sample.text)
  #expect(release.id == sample.id)
  #expect(release.versionID == sample.versionID)
}

@Test(
  "An assignment that is needed and not understood is told",
  arguments: [
    "ID=\"debian", "ID='debian", "ID=debian stable", "ID=\"de\"bian", "ID=$NAME", "ID=\"$NAME\"",
    "VERSION_ID=12\\", "ID=a;b", "ID=`hostname`",
  ])
func malformedOSRelease(line: String) {
  #expect(throws: OSRelease.Malformed(line: line)) {
    try OSRelease(parsing: "NAME=x\n\(line)\n")
  }
}
