/// A signature that is appended to a module: a PKCS#7 message (RFC 5652) about all that is before
/// it. Whether it is right, and whether the kernel knows the key, is another question.
package struct ModuleSignature: Hashable, Sendable {
  /// How many bytes, from the first, are signed.
  package var signedLength: Int
  /// Where in the file the message is, in DER.
  package var message: Range<Int>
  /// Who signed; at least one. The kernel's own tools make one.
  package var signers: [Signer]

  package init(signedLength: Int, message: Range<Int>, signers: [Signer]) {
    self.signedLength = signedLength
    self.message = message
    self.signers = signers
  }

  package struct Signer: Hashable, Sendable {
    /// The common name of the certificate's issuer, as modinfo(8) shows it; nil when the message
    /// names none.
    package var name: String?
    package var keyID: KeyID
    /// The digest that was signed, as OpenSSL and the kernel spell it: `sha256`; an object
    /// identifier with points when it is another one than those in use for modules.
    package var hash: String
    /// Whether attributes are signed instead of the module itself, as `openssl cms` does it unless
    /// told -noattr. Kernels refuse that always (EKEYREJECTED).
    package var hasAttributes: Bool

    package init(name: String?, keyID: KeyID, hash: String, hasAttributes: Bool = false) {
      self.name = name
      self.keyID = keyID
      self.hash = hash
      self.hasAttributes = hasAttributes
    }
  }

  /// What a message calls the key by. Lower case hexadecimal digits.
  package enum KeyID: Hashable, Sendable {
    /// The serial number of its certificate, without a sign octet.
    case serial(String)
    case subjectKeyID(String)

    package var digits: String {
      switch self {
      case .serial(let digits), .subjectKeyID(let digits): digits
      }
    }
  }

  /// What a file has at its end.
  package enum State: Hashable, Sendable {
    case none
    case present(ModuleSignature)
    /// Not of a type that kernels verify, by the number in the trailer (PKCS#7 is 2): to the kernel
    /// the module is unsigned.
    case unsupported(type: UInt8)
    /// Something else than a signature where one should be; says what. The kernel refuses such a
    /// module always, whether it enforces signatures or not (EBADMSG).
    case malformed(String)
  }
}

extension ModuleSignature.State {
  /// Bytes of the line that says that there is a signature, and of the trailer before it.
  private static let line = Array("~Module signature appended~\n".utf8)
  private static let trailerSize = 12

  /// Looks at the end of a file: `struct module_signature` of linux/module_signature.h and a line.
  init(of file: [UInt8]) {
    let (line, trailerSize) = (Self.line, Self.trailerSize)
    guard file.count >= line.count, file[(file.count - line.count)...].elementsEqual(line) else {
      self = .none
      return
    }
    let trailer = file.count - line.count - trailerSize
    guard trailer > 0 else {
      self = .malformed("there is no room for its trailer")
      return
    }
    // algo, hash, id_type, signer_len, key_id_len, three bytes, and the length, big endian.
    let length = file[(trailer + 8)..<(trailer + 12)].reduce(0) { $0 << 8 | Int($1) }
    guard length < trailer else {
      self = .malformed("it claims \(length) bytes, and the file has \(trailer) before its trailer")
      return
    }
    let type = file[trailer + 2]
    guard type == 2 else {
      self = .unsupported(type: type)
      return
    }
    guard file[trailer..<(trailer + 2)].allSatisfy({ $0 == 0 }),
      file[(trailer + 3)..<(trailer + 8)].allSatisfy({ $0 == 0 })
    else {
      self = .malformed("its trailer has something else than zeros in it")
      return
    }
    let message = (trailer - length)..<trailer
    guard let signers = ModuleSignature.signers(file[message]), !signers.isEmpty else {
      self = .malformed("its \(length) bytes are no PKCS#7 message with a signer")
      return
    }
    self = .present(
      ModuleSignature(signedLength: message.lowerBound, message: message, signers: signers))
  }

  /// How many bytes of the file are the module itself.
  func contentLength(of file: [UInt8]) -> Int {
    if case .present(let signature) = self { signature.signedLength } else { file.count }
  }
}

extension ModuleSignature {
  /// More signers than anybody has, so that a message cannot cost more than its own length.
  private static let mostSigners = 16

  /// The signers of a PKCS#7 message of signed data; nil when it is none.
  fileprivate static func signers(_ message: ArraySlice<UInt8>) -> [Signer]? {
    var outer = DERReader(message)
    guard var content = outer.enter(.sequence), outer.isAtEnd,
      let type = content.next(.objectIdentifier), dottedIdentifier(type) == "1.2.840.113549.1.7.2",
      var explicit = content.enter(.explicit0), var signed = explicit.enter(.sequence),
      signed.next(.integer) != nil, signed.next(.set) != nil, signed.next(.sequence) != nil
    else { return nil }
    // Certificates and revocation lists, which modules do not carry.
    _ = signed.next(.explicit0)
    _ = signed.next(.explicit1)
    guard var infos = signed.enter(.set), signed.isAtEnd else { return nil }
    var signers: [Signer] = []
    while !infos.isAtEnd {
      guard signers.count < mostSigners, var info = infos.enter(.sequence),
        let signer = Signer(&info)
      else { return nil }
      signers.append(signer)
    }
    return signers
  }
}

extension ModuleSignature.Signer {
  /// Reads a `SignerInfo`.
  fileprivate init?(_ info: inout DERReader) {
    guard info.next(.integer) != nil else { return nil }
    if var identifier = info.enter(.sequence) {
      guard let issuer = identifier.enter(.sequence), let serial = identifier.next(.integer),
        !serial.isEmpty
      else { return nil }
      name = commonName(issuer)
      let unsigned = serial.count > 1 && serial.first == 0 ? serial.dropFirst() : serial
      keyID = .serial(hexadecimal(unsigned.prefix(ModuleSignature.mostIDBytes)))
    } else if let identifier = info.next(.implicit0), !identifier.isEmpty {
      name = nil
      keyID = .subjectKeyID(hexadecimal(identifier.prefix(ModuleSignature.mostIDBytes)))
    } else {
      return nil
    }
    guard var algorithm = info.enter(.sequence), let hash = algorithm.next(.objectIdentifier),
      let identifier = dottedIdentifier(hash)
    else { return nil }
    self.hash = digestNames[identifier] ?? identifier
    // Attributes, the signature's algorithm, and the signature itself.
    hasAttributes = info.next(.explicit0) != nil
    guard info.next(.sequence) != nil, let signature = info.next(.octetString), !signature.isEmpty
    else { return nil }
  }
}

extension ModuleSignature {
  /// Serial numbers have up to 20 bytes (RFC 5280), key identifiers as many as a digest.
  fileprivate static let mostIDBytes = 64
}

/// The last common name of a distinguished name, the most specific one.
private func commonName(_ name: DERReader) -> String? {
  var name = name
  var found: String?
  while var part = name.enter(.set) {
    while var attribute = part.enter(.sequence) {
      guard let type = attribute.next(.objectIdentifier), let value = attribute.next() else {
        break
      }
      // UTF8String, PrintableString, TeletexString, IA5String.
      guard dottedIdentifier(type) == "2.5.4.3", [0x0c, 0x13, 0x14, 0x16].contains(value.tag),
        value.content.count <= 256
      else { continue }
      found = String(decoding: value.content, as: UTF8.self)
    }
  }
  return found
}

/// The digests that sign-file of the kernel can be told to use.
private let digestNames = [
  "1.2.840.113549.2.5": "md5", "1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512",
  "2.16.840.1.101.3.4.2.4": "sha224", "2.16.840.1.101.3.4.2.8": "sha3-256",
  "2.16.840.1.101.3.4.2.9": "sha3-384", "2.16.840.1.101.3.4.2.10": "sha3-512",
  "1.2.156.10197.1.401": "sm3",
]
