import ChildProcess
import Schedule
import SystemPackage
import Testing

@Suite struct `Zones say the same as Python's zoneinfo` {
  /// What oracle.py printed.
  private static func oracle(seed: Int) async throws -> [[Substring]] {
    let script = FilePath(#filePath).removingLastComponent().appending("oracle.py")
    // No bytecode beside the script.
    let command = Command(
      "/usr/bin/python3", ["-B", script.string, String(seed)], timeLimit: .seconds(120),
      outputLimit: 64 << 20)
    let result = try await command.run()
    try #require(result.succeeded, "\(result.ending): \(result.standardError.text)")
    try #require(!result.standardOutput.isTruncated)
    return result.standardOutput.text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
      Substring(line).utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
    }
  }

  @Test func `in every zone, around every change from 1970 to 2100 and at random`() async throws {
    let seed = Int.random(in: 0..<1 << 30)
    var zones = 0
    var moments = 0
    var wrong: [String] = []
    var zone = Zone.utc
    var bytes: [UInt8] = []
    var name = ""
    for line in try await Self.oracle(seed: seed) {
      guard line.count == 2 else { continue }
      switch line[0] {
      case "zone":
        name = String(line[1])
        bytes = try read(name)
        zone = try readZone(bytes)
        zones += 1
      case "same":
        if try read(String(line[1])) != bytes { wrong.append("\(line[1]) is not \(name)") }
        zones += 1
      default:
        let at = Instant(secondsSinceEpoch: try #require(Int(line[0])))
        moments += 1
        if zone.offset(at: at) != Int(line[1]) { wrong.append("\(name) at \(at): \(line[1])") }
      }
    }
    #expect(wrong == [], "the seed is \(seed)")
    #expect(zones > 400, "tzdata has some 600 names, with links")
    #expect(moments > 100_000)
  }

  private func read(_ name: String) throws -> [UInt8] {
    try ZoneDatabase.system.read(#require(ZoneName(name), "\(name)")).get()
  }
}
