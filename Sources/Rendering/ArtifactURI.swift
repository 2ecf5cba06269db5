/// A file as SARIF names it: relative to the directory that the program ran in where the file is
/// below it, absolute (`file:///`) otherwise.
struct ArtifactURI {
  /// A URI reference (RFC 3986).
  let text: String
  let isRelative: Bool

  init(path: String, workingDirectory: String) {
    let base = ArtifactURI.components(of: workingDirectory, from: [])
    let all = ArtifactURI.components(of: path, from: path.hasPrefix("/") ? [] : base)
    isRelative = all.starts(with: base)
    let below = isRelative ? all.dropFirst(base.count) : all[...]
    let encoded = below.map(ArtifactURI.encoded).joined(separator: "/")
    text = isRelative ? (encoded.isEmpty ? "./" : encoded) : "file:///\(encoded)"
  }

  /// The names on the way, without `.` and with `..` taken literally.
  private static func components(of path: String, from base: [String]) -> [String] {
    var components = base
    for name in path.split(separator: "/") where name != "." {
      if name == ".." { _ = components.popLast() } else { components.append(String(name)) }
    }
    return components
  }

  /// All but the unreserved characters by their bytes; a colon too, which at the beginning would
  /// be the end of a scheme.
  private static func encoded(_ name: String) -> String {
    var text = ""
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += (digits.count == 1 ? "%0" : "%") + digits
      }
    }
    return text
  }
}
