internal import JSONText

/// A text as a YAML scalar: quoted unless every reader takes it for text as it stands.
func scalar(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || "_-./".utf8.contains(byte)
  }
  let beginsWell = text.first.map { $0.isASCII && $0.isLetter || $0 == "/" } ?? false
  let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
  return isPlain && beginsWell && !words.contains(text.lowercased()) ? text : quotedScalar(text)
}

/// A text in double quotes: JSON's strings are YAML's too.
func quotedScalar(_ text: String) -> String {
  String(decoding: JSONWriter.bytes(of: text), as: UTF8.self)
}
