import Diagnostics
import Shapes
import Testing

@Suite struct `Keys that depend on each other` {
  /// `column code message` of the diagnostics, and the advice where there is some.
  private func told(_ fields: String) throws -> [String] {
    try decodeWays(fields).diagnostics.map { diagnostic in
      let column = diagnostic.location?.position?.column ?? 0
      return "\(column) \(diagnostic.code) \(diagnostic.message)"
        + (diagnostic.advice.map { "; \($0)" } ?? "")
    }
  }

  @Test(arguments: [
    #""window": {"start": "s"}"#, #""window": {"start": "s", "days": "d", "end": "e"}"#,
    #""window": {"start": "s", "duration": "d", "zone": "z"}"#,
    #""window": {"cron": "c", "duration": "d"}"#, #""window": {"always": "a", "zone": "z"}"#,
    #""artefact": "u""#, #""artefact": {"file": "f"}"#,
    #""artefact": {"file": "f", "user": "u", "secret": "s"}"#,
    #""artefact": {"url": "u", "signature": "s", "signer": "s"}"#,
  ])
  func `are taken in each way that is allowed`(fields: String) throws {
    let (document, diagnostics) = try decodeWays(fields)
    #expect(diagnostics == [])
    #expect(document != nil)
  }

  @Test func `are read as they stand`() throws {
    #expect(try decodeWays(#""window": {"start": "s"}"#).document?.window?.start == "s")
    #expect(try decodeWays(#""artefact": "u""#).document?.artefact?.url == "u")
  }

  @Test(arguments: [
    (
      #""window": {}"#,
      """
      11 missing-key one of `start`, `cron` and `always` must be there; add `start`: when it opens; \
      or `cron`: its cron; or `always`: its always
      """
    ),
    (
      #""window": {"zone": "z"}"#,
      """
      11 missing-key one of `start`, `cron` and `always` must be there; add `start`: when it opens; \
      or `cron`: its cron; or `always`: its always
      """
    ),
    (
      #""window": {"days": "d"}"#,
      "20 missing-key `start` is missing beside `days`; add `start`, or leave `days` out"
    ),
    (
      #""window": {"cron": "c"}"#,
      "20 missing-key `duration` is missing beside `cron`; add `duration`, or leave `cron` out"
    ),
    (
      #""window": {"days": "d", "start": "s", "cron": "c"}"#,
      "47 conflicting-keys `start` and `cron` exclude each other; keep one of them"
    ),
    (
      #""window": {"always": "a", "duration": "d"}"#,
      "39 conflicting-keys `duration` and `always` exclude each other; keep one of them"
    ),
    (
      #""window": {"start": "s", "duration": "d", "end": "e"}"#,
      "50 conflicting-keys `end` and `duration` exclude each other; keep one of them"
    ),
    (
      #""window": {"strat": "s"}"#,
      "12 unknown-key there is no key `strat` here; did you mean `start`?"
    ),
    (
      #""artefact": {}"#,
      """
      13 missing-key one of `file` and `url` must be there; add `file`: its file; or `url`: where it \
      is
      """
    ),
    (
      #""artefact": {"file": "f", "url": "u"}"#,
      "34 conflicting-keys `file` and `url` exclude each other; keep one of them"
    ),
    (
      #""artefact": {"url": "u", "user": "u"}"#,
      "34 missing-key `secret` is missing beside `user`; add `secret`, or leave `user` out"
    ),
    (
      #""artefact": {"file": "f", "signature": "s"}"#,
      """
      40 missing-key `signer` and `url` are missing beside `signature`; \
      add `signer` and `url`, or leave `signature` out
      """
    ),
  ])
  func `are told when they do not go together`(fields: String, expected: String) throws {
    let found = try told(fields)
    #expect(found == [expected])
    #expect(try decodeWays(fields).document == nil)
  }
}

@Suite struct `Lists` {
  @Test(arguments: [
    (#""tags": "a""#, ["a"]), (#""tags": ["a"]"#, ["a"]), (#""tags": ["a", "b"]"#, ["a", "b"]),
  ])
  func `of one item may be written without brackets`(fields: String, tags: [String]) throws {
    #expect(try decodeWays(fields).document?.tags?.items == tags)
  }

  @Test func `of a length that is allowed are taken`() throws {
    let document = try decodeWays(#""waves": [1], "few": [1, 2, 3]"#).document
    #expect(document?.waves?.items == [1])
    #expect(document?.few?.items == [1, 2, 3])
  }

  @Test(arguments: [
    (#""tags": []"#, "invalid-value `tags` must have at least 1 item, and is empty"),
    (#""tags": {}"#, "wrong-type `tags` must be one value or a list of them, not a mapping"),
    (#""tags": 1"#, "needs-quotes `tags` must be text, and `1` without quotes is a number"),
    (
      #""tags": ["a", 1]"#,
      "needs-quotes an item of `tags` must be text, and `1` without quotes is a number"
    ),
    (#""waves": []"#, "invalid-value `waves` must have at least 1 item, and is empty"),
    (#""waves": 1"#, "wrong-type `waves` must be a list, not a number"),
    (#""few": [1]"#, "invalid-value `few` must have at least 2 items, not 1"),
    (#""few": []"#, "invalid-value `few` must have at least 2 items, not 0"),
    (#""few": [1, 2, 3, 4]"#, "invalid-value `few` must have at most 3 items, not 4"),
  ])
  func `of another length are told`(fields: String, expected: String) throws {
    let told = try decodeWays(fields).diagnostics.map { "\($0.code) \($0.message)" }
    #expect(told == [expected])
  }
}
