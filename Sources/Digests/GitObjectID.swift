internal import CLibCrypto

/// What Git calls an object by: the digest of its type, size and bytes, in lower-case hex
/// (gitformat-signature(5) and "Git Objects" in the Git book).
///
/// - Parameters:
///   - type: `commit`, `tree`, `blob` or `tag`.
///   - bytes: what it holds.
///   - digits: 40, for SHA-1, or 64, for SHA-256.
/// - Returns: the name; empty where libcrypto's build has no such digest.
package func gitObjectID(type: String, _ bytes: [UInt8], digits: Int) -> String {
  startLibcrypto()
  var object = Array("\(type) \(bytes.count)".utf8) + [0]
  object.reserveCapacity(object.count + bytes.count)
  object += bytes
  var digest = [UInt8](repeating: 0, count: digits == 64 ? 32 : 20)
  let method = unsafe digits == 64 ? EVP_sha256() : EVP_sha1()
  var size: UInt32 = 0
  let done = unsafe EVP_Digest(object, object.count, &digest, &size, method, nil)
  return done == 1 && Int(size) == digest.count ? hexadecimal(digest) : ""
}
