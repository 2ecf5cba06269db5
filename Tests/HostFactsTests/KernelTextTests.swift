import HostFacts
import Testing

/// One ELF note in the byte order of this machine.
private func note(_ name: String, type: UInt32, _ description: [UInt8]) -> [UInt8] {
  func word(_ value: Int) -> [UInt8] {
    let value = UInt32(value).littleEndian
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    return bytes
  }
  func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
  }
  let terminated = [UInt8](name.utf8) + [0]
  return word(terminated.count) + word(description.count) + word(Int(type)) + padded(terminated)
    + padded(description)
}

@Suite("The build ID among ELF notes")
struct BuildIDNoteTests {
  let other = note("Linux", type: 0x100, [1, 2, 3, 4, 5])
  let buildID = note("GNU", type: 3, [0x00, 0x0a, 0xff])

  @Test("it is found behind others, in lower-case hex")
  func found() throws {
    #expect(try BuildIDNote.find(in: other + buildID + other) == "000aff")
  }

  @Test("the padding of the last note may be missing")
  func unpadded() throws {
    #expect(try BuildIDNote.find(in: other + buildID.dropLast()) == "000aff")
  }

  @Test("notes without one, and no notes at all, have none")
  func none() throws {
    #expect(try BuildIDNote.find(in: other) == nil)
    #expect(try BuildIDNote.find(in: []) == nil)
    #expect(try BuildIDNote.find(in: note("GNU", type: 5, [1])) == nil)
    #expect(try BuildIDNote.find(in: note("Xen", type: 3, [1])) == nil)
  }

  @Test("bytes that are cut off anywhere are malformed, and nothing crashes")
  func truncated() {
    for length in 1..<(buildID.count - 1) {
      #expect(throws: BuildIDNote.Malformed.self) {
        try BuildIDNote.find(in: Array(buildID.prefix(length)))
      }
    }
  }

  @Test("sizes that nothing could have are malformed")
  func huge() {
    #expect(throws: BuildIDNote.Malformed.self) {
      try BuildIDNote.find(in: [UInt8](repeating: 0xff, count: 64))
    }
    #expect(throws: BuildIDNote.Malformed.self) {
      try BuildIDNote.find(in: note("GNU", type: 3, []))
    }
  }
}

@Test(
  "klpolicy is switched off by a word of its own on the command line",
  arguments: [
    ("root=/dev/vda1 klpolicy=off quiet\n", true),
    ("klpolicy=off", true),
    ("quiet -- klpolicy=off\n", true),
    ("\"klpolicy=off\"", true),
    ("klpolicy=\"off\"", true),
    ("klpolicy=off klpolicy=on", true),
    ("live patched: klpolicy=off\n", true),
    ("root=/dev/vda1 quiet\n", false),
    ("klpolicy=offline", false),
    ("xklpolicy=off", false),
    ("note=\"not klpolicy=off here\"", false),
    ("klpolicy = off", false),
    ("", false),
  ])
func switchedOff(commandLine: String, isOff: Bool) {
  #expect(KernelCommandLine(parsing: commandLine).switchesOff == isOff)
}

@Test(
  "CPUs are counted",
  arguments: [
    ("0", 1), ("0-3", 4), ("0-3,8", 5), ("0,2,4-5", 4), ("5-5", 1),
    ("", nil), ("0-", nil), ("-1", nil), ("3-0", nil), ("0,0", nil), ("0-1-2", nil), ("a", nil),
    ("0-99999999999999999999", nil), ("+1", nil), ("0-9999999999", nil),
  ])
func cpus(list: String, count: Int?) {
  #expect(CPUList(parsing: list)?.count == count)
}
