internal import Digests

/// An object of a Git repository whose bytes are those that its name stands for.
struct GitObject: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case commit, tree, blob, tag
  }

  let id: String
  let kind: Kind
  let bytes: [UInt8]

  /// nil where the bytes are not those of the name.
  init?(id: String, kind: Kind, bytes: [UInt8]) {
    guard gitObjectID(type: kind.rawValue, bytes, digits: id.utf8.count) == id else { return nil }
    self.id = id
    self.kind = kind
    self.bytes = bytes
  }

  /// Whether a text is a whole name of an object.
  static func isID(_ text: some StringProtocol) -> Bool {
    [40, 64].contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}

/// What a signature is about, and the signature.
struct SignedText: Hashable, Sendable {
  var payload: [UInt8]
  /// nil where there is none.
  var signature: [UInt8]?
}

/// The headers of a commit or tag, and what they stand for (gitformat-signature(5)).
struct GitHeaders: Hashable, Sendable {
  /// In their order; continuation lines are joined by line feeds.
  private(set) var fields: [(name: String, value: [UInt8])] = []
  private(set) var signed = SignedText(payload: [], signature: nil)

  static func == (one: GitHeaders, other: GitHeaders) -> Bool { one.signed == other.signed }
  func hash(into hasher: inout Hasher) { hasher.combine(signed) }

  init(_ object: GitObject) {
    let lines = object.bytes.split(separator: newline, omittingEmptySubsequences: false)
    var offset = 0
    var payload: [UInt8] = []
    var isHeader = true
    // Of the last header.
    var isSignature = false
    for line in lines {
      let end = min(object.bytes.count, offset + line.count + 1)
      let whole = object.bytes[offset..<end]
      offset = end
      if isHeader, line.isEmpty {
        isHeader = false
        isSignature = false
      } else if isHeader, line.first == UInt8(ascii: " ") {
        if let last = fields.indices.last {
          fields[last].value += [newline] + line.dropFirst()
        }
      } else if isHeader {
        let name = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        fields.append((name, Array(line.dropFirst(name.utf8.count + 1))))
        isSignature = object.kind == .commit && GitHeaders.signatures.contains(name)
      }
      if !isSignature || !isHeader { payload += whole }
    }
    if object.kind == .tag {
      signed = GitHeaders.split(object.bytes)
      return
    }
    // That of the digest by which the commit is named.
    let own = object.id.utf8.count == 64 ? "gpgsig-sha256" : "gpgsig"
    signed = SignedText(
      payload: payload, signature: fields.first { $0.name == own }.map { $0.value + [newline] })
  }

  private static let signatures: Set<String> = ["gpgsig", "gpgsig-sha256"]

  /// A tag's signature is the end of its message: from the last line on that begins one.
  private static func split(_ bytes: [UInt8]) -> SignedText {
    let marks = ["-----BEGIN SSH SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----"].map {
      Array($0.utf8)
    }
    var start: Int?
    var offset = 0
    for line in bytes.split(separator: newline, omittingEmptySubsequences: false) {
      if marks.contains(where: { line.elementsEqual($0) }) { start = offset }
      offset += line.count + 1
    }
    guard let start else { return SignedText(payload: bytes, signature: nil) }
    return SignedText(payload: Array(bytes[..<start]), signature: Array(bytes[start...]))
  }

  private func texts(_ name: String) -> [String] {
    fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  var parents: [String] { texts("parent").filter { GitObject.isID($0) } }
  var tree: String? { texts("tree").first.flatMap { GitObject.isID($0) ? $0 : nil } }
  /// Of a tag: what it names, and by which name.
  var target: String? { texts("object").first.flatMap { GitObject.isID($0) ? $0 : nil } }
  var targetKind: String? { texts("type").first }
  var tagName: String? { texts("tag").first }

  /// When it was committed, in seconds since the epoch, by the word of who did.
  var committedAt: Int? {
    let words = texts("committer").first?.split(separator: " ") ?? []
    return words.dropLast().last.flatMap { Int($0) }.flatMap {
      (0...253_402_300_799).contains($0) ? $0 : nil
    }
  }
}

/// An entry of a tree.
struct GitTreeEntry: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case directory, file, link, submodule
  }

  let name: [UInt8]
  let kind: Kind
  let id: String

  /// The entries of a tree object; nil where it is malformed.
  static func all(_ tree: GitObject) -> [GitTreeEntry]? {
    let idSize = tree.id.utf8.count / 2
    var rest = tree.bytes[...]
    var entries: [GitTreeEntry] = []
    while !rest.isEmpty {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
        let zero = rest[space...].firstIndex(of: 0), rest.endIndex - zero > idSize
      else { return nil }
      let kind: Kind
      switch String(decoding: rest[rest.startIndex..<space], as: UTF8.self) {
      case "40000", "040000": kind = .directory
      case "100644", "100755", "100664": kind = .file
      case "120000": kind = .link
      case "160000": kind = .submodule
      default: return nil
      }
      let id = rest[(zero + 1)...].prefix(idSize)
      entries.append(
        GitTreeEntry(
          name: Array(rest[(space + 1)..<zero]), kind: kind, id: hexadecimal(id)))
      rest = rest[(zero + 1 + idSize)...]
    }
    return entries
  }

  /// The name as a part of a path; nil for one that no directory may have: it would lead elsewhere, or
  /// is taken for Git's own somewhere.
  var component: String? {
    guard let text = String(validating: name, as: UTF8.self), !text.isEmpty,
      text.utf8.count <= 255, !text.contains("/"), !["", ".", ".."].contains(text),
      text.lowercased() != ".git", !text.utf8.contains(0)
    else { return nil }
    return text
  }
}

private let newline = UInt8(ascii: "\n")
