import HostFacts
import Testing

@Suite struct `Kernel release patterns` {
  @Test(arguments: [
    ("6.1.0-56-cloud-amd64", "6.1.0-56-cloud-amd64", true),
    ("6.1.0-56-cloud-amd64", "6.1.0-56-amd64", false),
    ("6.1.0", "6.1.0-56-amd64", false),
    ("6.1.0-*-cloud-amd64", "6.1.0-56-cloud-amd64", true),
    ("6.1.0-*-cloud-amd64", "6.1.0-56-amd64", false),
    ("6.1.0-5?-amd64", "6.1.0-56-amd64", true),
    ("6.1.0-[45]*", "6.1.0-56-amd64", true),
    ("6.1.0-[!45]*", "6.1.0-56-amd64", false),
    ("*", "5.14.0-427.13.1.el9_4.x86_64", true),
    ("6.1.0+", "6.1.0+", true),
    ("6.1.0-[", "6.1.0-[", true),
  ])
  func `match exactly or as globs`(pattern: String, release: String, matches: Bool) {
    #expect(KernelReleasePattern(pattern).matches(release) == matches)
  }

  @Test(arguments: [("6.1.0-56-cloud-amd64", false), ("6.*", true), ("6.?", true), ("[6].1", true)])
  func `a glob may match several releases`(pattern: String, isGlob: Bool) {
    #expect(KernelReleasePattern(pattern).isGlob == isGlob)
  }
}
