import Rendering
import Testing

/// The expected hashes are those of GitHub's own tests of its upload action.
@Suite struct `Hashes of lines, by which GitHub knows a result again` {
  private func hashes(_ text: String) -> [String] {
    let all = lineHashes(of: Array(text.utf8), lines: Set(1...10))
    return all.sorted { $0.key < $1.key }.map(\.value)
  }

  @Test(arguments: [
    ("", ["c129715d7a2bc9a3:1"]),
    (
      " a\nb\n  \t\tc\n d",
      ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
    ),
    (
      " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
      [
        "8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1",
        "b86d3392aea1be30:1", "e6ceba753e1a442:1",
      ]
    ),
    (
      "alpha\nbeta\nalpha\n",
      ["8d07ce75f7b3af45:1", "ca140c3f893ffa65:1", "26f09ff008857193:1", "c129715d7a2bc9a3:1"]
    ),
  ])
  func `are GitHub's own`(text: String, due: [String]) {
    #expect(hashes(text) == due)
  }

  @Test(arguments: ["\n", "\r", "\r\n"])
  func `are the same for all line ends`(end: String) {
    let lines = [" hello; \t", "world!!!", "", "", "  \t\tGreetings", " End", ""]
    #expect(
      hashes(lines.joined(separator: end)) == [
        "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
        "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
      ])
  }

  @Test func `of lines that are equal, and long alike below, count`() {
    let text = String(repeating: "a: b\n", count: 100)
    let hashes = hashes(text)
    #expect(hashes.count == 10)
    #expect(hashes.map { $0.split(separator: ":")[1] } == (1...10).map { "\($0)" })
    #expect(Set(hashes.map { $0.split(separator: ":")[0] }).count == 1)
  }

  @Test func `bytes that are no text do no harm`() {
    #expect(lineHashes(of: [0xFF, 0x00, 0x0A, 0xC3], lines: [1, 2, 3]).count == 2)
  }
}
