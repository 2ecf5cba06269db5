internal import CLibCrypto

/// A BIO over bytes that somebody else holds, who must keep them while this value lives.
@safe struct MemoryReader: ~Copyable {
  let handle: OpaquePointer

  /// Nil for want of memory, for no bytes at all, and for more than a BIO takes.
  init?(_ bytes: UnsafeRawBufferPointer) {
    startLibcrypto()
    guard let count = Int32(exactly: bytes.count),
      let handle = unsafe BIO_new_mem_buf(bytes.baseAddress, count)
    else { return nil }
    unsafe self.handle = handle
  }

  deinit {
    unsafe BIO_free(handle)
  }
}

/// The last thing that libcrypto complained of, in its own words, and no older one.
func libcryptoReason() -> String? {
  let code = ERR_peek_last_error()
  guard code != 0, let reason = unsafe ERR_reason_error_string(code) else { return nil }
  return unsafe String(cString: reason)
}
