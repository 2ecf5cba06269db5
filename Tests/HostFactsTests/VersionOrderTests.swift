import ChildProcess
import Glibc
import HostFacts
import SystemPackage
import Testing

private let pieces = [
  "0", "00", "1", "2", "9", "10", "010", "99999999999999999999", "a", "b", "z", "rc", "Z", "el",
  ".",
  ".", "+", "+", "~", "~", "~rc1", ".el9", "",
]

/// `epoch:version-release` as deb-version(7) and rpm-version(7) allow it.
private func version(_ dice: inout Dice, _ pieces: [String]) -> String {
  let epoch = dice.pick(["", "", "", "0:", "1:", "10:"], otherwise: "")
  let release = dice.pick(["", "-1" + dice.text(of: pieces, 0...4)], otherwise: "")
  return epoch + dice.pick(["1", "2", "5.14.0", "6.1.0"], otherwise: "1")
    + dice.text(of: pieces, 0...4) + release
}

/// Pairs of versions, of which most begin alike.
private func pairs(_ count: Int, also more: [String] = []) -> [(String, String)] {
  var dice = Dice()
  let pieces = pieces + more
  return (0..<count).map { _ in
    let start = version(&dice, pieces)
    guard Int.random(in: 0..<5, using: &dice) > 0 else { return (start, version(&dice, pieces)) }
    return (start + dice.text(of: pieces, 0...3), start + dice.text(of: pieces, 0...3))
  }
}

private func run(_ program: String, _ arguments: [String], input: String) async throws -> String {
  let command = Command(
    "/usr/bin/env", [program] + arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"],
    input: [UInt8](input.utf8), timeLimit: .seconds(300), outputLimit: 4 << 20)
  let result = try await command.run()
  #expect(result.ending == .exited(0), "\(result.standardError.text)")
  #expect(result.standardError.text.isEmpty)
  return result.standardOutput.text
}

@Suite struct `Versions stand in the order of their package system` {
  private static let hasRPM = unsafe access("/usr/bin/rpm", X_OK) == 0
  private static let hasDpkg = unsafe access("/usr/bin/dpkg", X_OK) == 0

  @Test(.enabled(if: hasDpkg, "dpkg is not installed"))
  func `as dpkg says for thousands of pairs`() async throws {
    let pairs = pairs(3_000)
    let names: [Ordering: String] = [.below: "lt", .same: "eq", .above: "gt"]
    let questions = pairs.map { left, right in
      "\(left) \(names[compareDebian(left, right)] ?? "") \(right)\n"
    }
    let wrong = try await run(
      "sh",
      [
        "-c",
        """
        while read -r left operator right; do
          dpkg --compare-versions "$left" "$operator" "$right" || echo "$left $operator $right"
        done
        echo end
        """,
      ], input: questions.joined())
    #expect(wrong == "end\n", "SEED=\(Dice.seed)")
  }

  @Test(.enabled(if: hasRPM, "rpm is not installed"))
  func `as rpm says for thousands of pairs`() async throws {
    let pairs = pairs(10_000, also: ["^", "^git1", "..", ":", "_"])
    let answers = try await run(
      "rpm",
      [
        "--eval",
        """
        %{lua:
          for line in io.lines() do
            local left, right = line:match("^(%S+) (%S+)$")
            print(rpm.vercmp(left, right) .. "\\n")
          end
        }
        """,
      ], input: pairs.map { "\($0) \($1)\n" }.joined()
    ).split(whereSeparator: \.isWhitespace)
    try #require(answers.count == pairs.count)
    for (pair, answer) in zip(pairs, answers) {
      let ordering = compareRPM(pair.0, pair.1)
      #expect("\(ordering.rawValue)" == answer, "\(pair), SEED=\(Dice.seed)")
    }
  }

  @Test(arguments: [VersionOrder.debian, .rpm])
  func `which is total over any text`(order: VersionOrder) {
    var dice = Dice()
    let odd = pieces + ["^", "_", "-", ":", "é", "\u{0}", "\u{301}", " ", "\r\n"]
    let texts = (0..<120).map { _ in dice.text(of: odd, 0...4) }
    for a in texts {
      #expect(order.compare(a, a) == .same)
      for b in texts {
        let ordering = order.compare(a, b)
        #expect(
          ordering.rawValue == -order.compare(b, a).rawValue, "\(a) \(b), SEED=\(Dice.seed)")
        guard ordering != .above else { continue }
        for c in texts where order.compare(b, c) != .above {
          let far = order.compare(a, c)
          let isSame = ordering == .same && order.compare(b, c) == .same
          if far == .above || (far == .same) != isSame {
            Issue.record("\(a) \(b) \(c), SEED=\(Dice.seed)")
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("6.1.0-50", "6.1.0-56"), ("6.1.0-9", "6.1.0-10"), ("6.1.0-56", "6.2"), ("6.2~rc1", "6.2"),
    ("6.12.73+deb13", "6.12.117+deb12"), ("5.15.0-105", "5.15.0-1053"), ("9", "1:1"),
    ("99999999999999999999", "100000000000000000000"), ("6.5.0", "6.5.0-rc1"),
  ])
  func `dpkg ranks one below the other`(low: String, high: String) {
    #expect(compareDebian(low, high) == .below)
    #expect(compareDebian(high, low) == .above)
  }

  @Test(arguments: [
    ("5.14.0-427", "5.14.0-427.13.1.el9_4"), ("5.14.0-427.9.1", "5.14.0-427.13.1"),
    ("6.13.0-0.rc3.29.fc42", "6.13.0-200.fc42"), ("1~rc1", "1"), ("1", "1^git1"),
    ("1^git1", "1.1"), ("5.14.21-150500.55.49", "5.14.21-150500.55.52"), ("9-1", "1:1-1"),
    ("1.0a", "1.0.1"), ("6.5.0", "6.5.0-rc1"),
  ])
  func `rpm ranks one below the other`(low: String, high: String) {
    #expect(compareRPM(low, high) == .below)
    #expect(compareRPM(high, low) == .above)
  }

  @Test func `the same version may be written in several ways`() {
    #expect(compareDebian("1.0-0", "1.0") == .same)
    #expect(compareDebian("0:1.01", "1.1") == .same)
    #expect(compareRPM("0:1.01-1", "1.1-1") == .same)
    #expect(compareRPM("1_0", "1.0") == .same)
  }
}
