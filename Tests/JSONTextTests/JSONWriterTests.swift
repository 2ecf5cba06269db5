import JSONText
import Testing

@Suite struct `JSON writer` {
  private struct Sample: JSONObject {
    var host = "web-1"
    var module: String?

    func writeFields(to object: inout JSONObjectWriter) {
      object.field("host", host)
      object.field("module", module)
      object.null("buildID")
      object.array("steps", of: [1, 2]) { step, number in
        step.field("id", number)
      }
      object.field("labels", [:] as [String: String])
      object.array("mixed") { array in
        array.item(true)
        array.null()
        array.array { $0.item(0.5) }
      }
    }
  }

  private func text(_ value: some JSONValue, _ layout: JSONWriter.Layout = .compact) -> String {
    String(decoding: JSONWriter.bytes(of: value, layout), as: UTF8.self)
  }

  @Test func `compact layout has no white space`() {
    #expect(
      text(Sample())
        == #"{"host":"web-1","buildID":null,"steps":[{"id":1},{"id":2}],"labels":{},"mixed":[true,null,[0.5]]}"#
    )
  }

  @Test func `indented layout has one field a line and ends its last line`() {
    #expect(
      text(Sample(module: "klp"), .indented) == """
        {
          "host": "web-1",
          "module": "klp",
          "buildID": null,
          "steps": [
            {
              "id": 1
            },
            {
              "id": 2
            }
          ],
          "labels": {},
          "mixed": [
            true,
            null,
            [
              0.5
            ]
          ]
        }

        """)
  }

  @Test(arguments: [
    ("quote and backslash", "a\"b\\c", #""a\"b\\c""#),
    ("short escapes", "\u{08}\t\n\u{0C}\r", #""\b\t\n\f\r""#),
    ("other controls", "\u{00}\u{1B}\u{1F}", #""\u0000\u001b\u001f""#),
    ("left alone", "/ü😀\u{7F}\u{2028}", "\"/ü😀\u{7F}\u{2028}\""),
    ("empty", "", #""""#),
  ])
  func `strings are escaped where they must be`(name: String, value: String, expected: String) {
    #expect(text(value) == expected)
  }

  @Test func `dictionaries are written in the order of their keys`() {
    #expect(text(["b": 1, "a": 2, "": 3]) == #"{"":3,"a":2,"b":1}"#)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100.0, "100"),
    (1e21, "1e+21"), (1e20, "100000000000000000000"), (123e18, "123000000000000000000"),
    (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-9, "1.5e-9"),
    (Double.leastNonzeroMagnitude, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (0x1p53, "9007199254740992"),
    (12.25, "12.25"), (0.00123, "0.00123"), (.infinity, "null"), (.nan, "null"),
  ])
  func `numbers have the shortest ECMAScript form`(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  @Test(arguments: [(0, "0"), (-7, "-7"), (42, "42"), (Int.max, "9223372036854775807")])
  func `integers are written in full`(value: Int, expected: String) {
    #expect(text(value) == expected)
  }
}
