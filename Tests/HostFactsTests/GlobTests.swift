import Glibc
import HostFacts
import Testing

@Suite struct `A glob` {
  @Test(arguments: [
    ("web-*", "web-", true), ("web-*", "web-1", true), ("web-*", "xweb-1", false), ("*", "", true),
    ("", "", true), ("", "a", false), ("?", "a", true), ("?", "", false), ("a?c", "abc", true),
    ("[ab]", "b", true), ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]", "d", true),
    ("[!a-c]", "a", false), ("[^a]", "b", true), ("[]a]", "]", true), ("[!]]", "]", false),
    ("[a-]", "-", true), ("[-a]", "-", true), ("[z-a]", "z", false), ("a[", "a[", true),
    ("a[b", "a[b", true), ("[!", "[!", true), ("a\\*", "a\\b", true), ("a\\*", "a*", false),
    ("*a*b*", "xxaxxbxx", true), ("*ab", "aab", true), ("**", "x", true), ("a**b", "ab", true),
    ("[[:digit:]]", "5", true), ("[[:digit:]]", "d", false), ("[![:digit:]]", "d", true),
    ("[[:xdigit:]_]*", "_", true), ("[[:odd:]", ":", true), ("é?", "éa", true), ("?", "é", false),
  ])
  func `matches a whole text`(glob: String, text: String, matches: Bool) {
    #expect(Glob(glob).matches(text) == matches)
  }

  @Test func `is as in fnmatch(3)`() {
    var dice = Dice()
    // Without a `[` that nothing closes, which glibc does not always take for itself.
    let pieces = [
      "a", "b", "-", "*", "?", "[ab]", "[!a]", "[a-c]", "]", "[[:alpha:]]", "[![:digit:]-]", "[]a]",
    ]
    for _ in 0..<20_000 {
      let glob = dice.text(of: pieces, 0...6)
      let text = dice.text(of: ["a", "b", "c", "-", "[", "]", ".", "1", ":"], 0...7)
      let expected = unsafe fnmatch(glob, text, FNM_NOESCAPE) == 0
      #expect(Glob(glob).matches(text) == expected, "\(glob) \(text), SEED=\(Dice.seed)")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `with many stars is no longer work than its length times the text's`() {
    let glob = Glob(String(repeating: "a*", count: 2_000) + "b")
    #expect(!glob.matches(String(repeating: "a", count: 10_000)))
  }

  @Test(
    arguments: [
      ("web-*", "*-canary", "web-canary"), ("web-*", "db-*", nil), ("a*", "a*", "a"),
      ("a?c", "ab*", "abc"), ("[a-c]", "[c-e]", "c"), ("[ab]", "[cd]", nil), ("*", "*", ""),
      ("6.1.0-*-amd64", "6.1.0-56-*", "6.1.0-56-amd64"), ("?", "", nil), ("é*", "*é", "é"),
    ] as [(String, String, String?)])
  func `shows a shortest text that another matches too`(
    one: String, other: String, witness: String?
  ) {
    let (one, other) = (Glob(one), Glob(other))
    #expect(Glob.witness(matching: [one, other], effort: .max) == witness)
    #expect(Glob.witness(matching: [other, one], effort: .max) == witness)
  }

  @Test func `shows one that excluded globs leave`() {
    func witness(_ globs: [String], _ excluded: [String]) -> String? {
      Glob.witness(matching: globs.map { Glob($0) }, excluding: excluded.map { Glob($0) })
    }
    #expect(witness(["web-*"], ["web-canary-*"]) == "web-")
    #expect(witness(["web-canary-*"], ["web-*"]) == nil)
    #expect(witness(["web-?"], ["web-[a-z]"]) == "web-0")
    #expect(witness(["web-*", "*-1"], ["*a*", "web-1"])?.hasPrefix("web-") == true)
    #expect(witness([], ["*"]) == nil)
    #expect(witness([], [""]) == "a")
    #expect(witness(["?*"], ["[a-z]", "[0-9]"])?.isEmpty == false)
  }

  @Test func `gives up where excluded globs would need too much`() {
    let excluded = Glob("*a" + String(repeating: "?", count: 60))
    let all = Glob(String(repeating: "[ab]", count: 200))
    let mustBe = Glob("*" + String(repeating: "a", count: 61) + "*")
    #expect(Glob.witness(matching: [all, mustBe], excluding: [excluded], effort: 100) == nil)
  }

  @Test func `meets another exactly where some short text shows it`() {
    var dice = Dice()
    let pieces = ["a", "b", "*", "?", "[ab]", "[!a]"]
    var texts = [""]
    var last = texts
    for _ in 0..<6 {
      last = last.flatMap { [$0 + "a", $0 + "b", $0 + "c"] }
      texts += last
    }
    var found = 0
    for _ in 0..<400 {
      let globs = (0..<3).map { _ in Glob(dice.text(of: pieces, 0...4)) }
      let (one, other, excluded) = (globs[0], globs[1], globs[2])
      let words = "\(globs.map(\.text)), SEED=\(Dice.seed)"
      let both = texts.filter { one.matches($0) && other.matches($0) }
      let witness = Glob.witness(matching: [one, other], effort: .max)
      #expect(witness?.utf8.count == both.first?.utf8.count, "\(words)")
      if let witness { #expect(one.matches(witness) && other.matches(witness), "\(words)") }
      let left = both.first { !excluded.matches($0) }
      let kept = Glob.witness(matching: [one, other], excluding: [excluded])
      if left != nil { #expect(kept?.utf8.count == left?.utf8.count, "\(words)") }
      if let kept {
        found += 1
        #expect(one.matches(kept) && other.matches(kept) && !excluded.matches(kept), "\(words)")
      }
    }
    #expect(found > 50)
  }
}
