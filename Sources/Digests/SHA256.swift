internal import CLibCrypto
package import SystemPackage

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
///
/// libcrypto refuses only when memory runs out or its build has no SHA-256. The process ends then,
/// as it does when Swift itself finds no memory: there is no digest to go on with.
@safe package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  package init() {
    startLibcrypto()
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, klp_sha256(), nil) == 1
    else { preconditionFailure("libcrypto cannot compute SHA-256") }
    unsafe self.context = context
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
  }

  package mutating func update(_ bytes: Span<UInt8>) {
    let done = unsafe bytes.withUnsafeBytes { piece in
      unsafe EVP_DigestUpdate(context, piece.baseAddress, piece.count)
    }
    precondition(done == 1, "libcrypto cannot compute SHA-256")
  }

  package mutating func update(_ bytes: [UInt8]) {
    update(bytes.span)
  }

  /// The 32 bytes of the digest.
  package consuming func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: sha256Size)
    let done = unsafe EVP_DigestFinal_ex(context, &digest, nil)
    precondition(done == 1, "libcrypto cannot compute SHA-256")
    return digest
  }
}

/// The SHA-256 of `bytes` as 64 lower case hexadecimal digits.
package func sha256Hex(_ bytes: [UInt8]) -> String {
  var digest = SHA256()
  digest.update(bytes)
  return hexadecimal(digest.finish())
}

/// The SHA-256 of a whole file as 64 lower case hexadecimal digits, whatever the descriptor's
/// offset, which stays as it is.
package func sha256Hex(of file: FileDescriptor) throws(Errno) -> String {
  var digest = SHA256()
  var chunk = [UInt8](repeating: 0, count: 256 << 10)
  var offset: Int64 = 0
  while true {
    let count: Int
    do {
      count = try unsafe chunk.withUnsafeMutableBytes { buffer in
        try unsafe file.read(fromAbsoluteOffset: offset, into: buffer)
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
    if count == 0 { return hexadecimal(digest.finish()) }
    digest.update(chunk.span.extracting(..<count))
    offset += Int64(count)
  }
}

let sha256Size = 32
