import Documents
import Files
import Journal
import Testing

/// What a user may rely on who gives up a package that a run did not get to verify: nobody asks for it
/// any more, and it is blamed for nothing.
@Suite struct GivenUpPackagesTests {
  private static let package = PackageChange(
    service: "redHat", name: "p", package: "p-2.x", replaces: "p-1.x")
  private static let other = PackageChange(service: "suse", name: "q", package: "q-1.x")

  /// How a run was ended: killed while dnf ran, killed after it, or having left dnf running.
  enum Ending: CaseIterable {
    case inTransaction, afterTransaction, leftRunning
  }

  @Test(
    "A package that is given up is nobody's to verify, and no boot is blamed on it",
    arguments: Ending.allCases)
  func givenUp(_ ending: Ending) throws {
    try Story.tell { story in
      try story.run(boot: "b1", at: 0, ends: nil) {
        for package in [Self.other, Self.package] {
          let intent = try $0.announce(.installPackage(package), access: $1)
          if ending == .afterTransaction { try $0.record(intent.outcome(nil)) }
        }
        if ending == .leftRunning { try $0.end(.failed, leavesOpen: true) }
      }
      func unfinished(_ boot: String) throws -> [String] {
        try story.outcomes(boot, at: 9).unfinishedPackages.map(\.package)
      }
      func blamed() throws -> [String] {
        try story.outcomes("b2", bootedAt: 60, at: 70).failures.map(\.module)
      }
      #expect(try unfinished("b1") == ["p-2.x", "q-1.x"])
      // A word about something else changes nothing of that.
      try story.word(boot: "b1", at: 5) { try $0.resume("p", by: "ada") }
      #expect(try unfinished("b1") == ["p-2.x", "q-1.x"])
      #expect(try blamed() == ["p-2.x", "q-1.x"])
      try story.word(boot: "b1", at: 6) { try $0.resume("p", by: "ada", givingUp: "p-2.x") }
      for boot in ["b1", "b2"] { #expect(try unfinished(boot) == ["q-1.x"]) }
      #expect(try blamed() == ["q-1.x"])
      try story.word(boot: "b1", at: 7) { try $0.resume("q-1.x", by: "ada", givingUp: "q-1.x") }
      #expect(try !story.outcomes("b1", at: 8).needsCleanEnd)
      // What is installed later is as guarded as ever.
      try story.run(boot: "b1", at: 8, ends: nil) {
        _ = try $0.announce(.installPackage(Self.package), access: $1)
      }
      #expect(try unfinished("b1") == ["p-2.x"])
      #expect(try blamed() == ["p-2.x"])
      let history = try readJournal(story.path, trust: .unchecked).records.pastRuns()
      #expect(history.filter { $0.trigger == "resume" }.map(\.patch) == ["p", "p", "q-1.x"])
    }
  }

  @Test(
    "A person names it as it is shown: whole, without its architecture, or by its name alone",
    arguments: [
      ("kpatch-patch-6_1-1-3.el9.x86_64", true), ("kpatch-patch-6_1-1-3.el9", true),
      ("kpatch-patch-6_1", true), ("kpatch-patch-6_1-1", false), ("kpatch-patch", false),
      ("redHat", false), ("", false),
    ])
  func names(_ name: String, _ isMeant: Bool) {
    let package = UnfinishedPackage(
      service: "redHat", package: "kpatch-patch-6_1-1-3.el9.x86_64")
    #expect(package.isMeant(by: name) == isMeant)
    #expect(package.name == "kpatch-patch-6_1")
    #expect(!UnfinishedPackage(service: "redHat", package: "odd").isMeant(by: ""))
  }
}
