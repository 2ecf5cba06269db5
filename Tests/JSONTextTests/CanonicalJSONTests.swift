import JSONText
import Nodes
import Testing

@Suite struct `Canonical JSON` {
  private func canonical(_ text: String, omitting key: String? = nil) throws -> String {
    let source = SourceText(path: "in.json", bytes: Array(text.utf8))
    return String(decoding: canonicalJSON(try readJSON(source), omitting: key), as: UTF8.self)
  }

  /// RFC 8785, 3.2.2 to 3.2.4.
  @Test func `the example of RFC 8785`() throws {
    let text = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50,
                    2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    #expect(
      try canonical(text)
        == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
    )
  }

  /// RFC 8785, 3.2.3.
  @Test func `keys are sorted by UTF-16 code units`() throws {
    let text = #"""
      {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
       "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
       "\u00f6": "Latin Small Letter O With Diaeresis"}
      """#
    #expect(
      try canonical(text)
        == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    )
  }

  /// RFC 8785, appendix B: the bits of a double, and its text.
  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (1, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
      (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5555, "333333333.3333333"),
      (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func `numbers of RFC 8785`(bits: UInt64, expected: String) throws {
    let number = Double(bitPattern: bits)
    #expect(String(decoding: JSONWriter.bytes(of: number), as: UTF8.self) == expected)
    #expect(try canonical("\(number)") == expected)
  }

  @Test func `a field of the outermost object can be left out`() throws {
    #expect(
      try canonical(#"{"digest":"x","b":{"digest":1},"a":2}"#, omitting: "digest")
        == #"{"a":2,"b":{"digest":1}}"#)
  }

  @Test func `what the writer writes compactly is canonical when its keys are in order`() throws {
    let text = #"{"a":[1,-2.5,1e-7,"\u001f\\\"/ü"],"b":{}}"#
    #expect(try canonical(text) == text)
  }

  /// A value with fields in no order, some of them the same as those of the objects in it.
  private struct Sample: JSONObject {
    static let keys = [
      "b", "a", "digest", "ab", "", "B", "é", "\u{FB33}", "😀", "quote\"", "tab\t", "z1", "z10",
      "z2",
    ]
    var depth: Int
    var turn: Int

    func writeFields(to object: inout JSONObjectWriter) {
      for index in Sample.keys.indices {
        let key = Sample.keys[(index * 5 + turn) % Sample.keys.count]
        switch (index + turn) % 4 {
        case 0 where depth > 0: object.field(key, Sample(depth: depth - 1, turn: turn + index))
        case 1 where depth > 0:
          object.field(key, [Sample(depth: depth - 1, turn: index), Sample(depth: 0, turn: turn)])
        case 2:
          object.field(key, "\(key) \\ \u{1f} \(String(repeating: "long ", count: index))\"\n")
        default: object.field(key, Double(index) / 3)
        }
      }
    }
  }

  @Test(arguments: 0..<14)
  func `what is written in canonical form is the canonical form of what is written`(
    turn: Int
  ) throws {
    let sample = Sample(depth: 3, turn: turn)
    let text = String(decoding: JSONWriter.bytes(of: sample), as: UTF8.self)
    for omitted in [nil, "digest", "b", "none"] {
      #expect(
        String(decoding: JSONWriter.canonicalBytes(of: sample, omitting: omitted), as: UTF8.self)
          == (try canonical(text, omitting: omitted)))
    }
  }

  @Test func `an object whose only field is left out is empty`() {
    struct Only: JSONObject {
      func writeFields(to object: inout JSONObjectWriter) { object.field("digest", "x") }
    }
    let bytes = JSONWriter.canonicalBytes(of: Only(), omitting: "digest")
    #expect(String(decoding: bytes, as: UTF8.self) == "{}")
  }
}
