internal import CLibCrypto

/// HMAC-SHA-256 (RFC 2104) of `message` under `key`: 32 bytes.
package func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
  startLibcrypto()
  // A null pointer for the key means "the key of last time" to libcrypto, and an empty array may
  // have one: give it an address, and the true length.
  let material = key.isEmpty ? [0] : key
  var code = [UInt8](repeating: 0, count: sha256Size)
  let done = unsafe HMAC(
    EVP_sha256(), material, Int32(key.count), message, message.count, &code, nil)
  precondition(unsafe done != nil, "libcrypto cannot compute HMAC-SHA-256")
  return code
}
