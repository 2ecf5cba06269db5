internal import CLibCrypto

/// An X509 of libcrypto's.
@safe struct CertificateHandle: ~Copyable {
  private let handle: OpaquePointer

  /// Reads one certificate that is all there is of `bytes`; nil when it is none.
  init?(der bytes: [UInt8]) {
    startLibcrypto()
    ERR_clear_error()
    let found = unsafe bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var start = buffer.baseAddress
      guard let found = unsafe d2i_X509(nil, &start, buffer.count) else { return nil }
      let end = unsafe buffer.baseAddress.map { unsafe $0 + buffer.count }
      if unsafe start == end { return unsafe found }
      unsafe X509_free(found)
      return nil
    }
    ERR_clear_error()
    guard let handle = unsafe found else { return nil }
    unsafe self.handle = handle
  }

  /// Reads the next certificate in PEM; nil when there is none, and libcrypto's errors say why.
  init?(nextPEM reader: borrowing MemoryReader) {
    guard let handle = unsafe klp_pem_certificate(reader.handle) else { return nil }
    unsafe self.handle = handle
  }

  deinit {
    unsafe X509_free(handle)
  }

  var der: [UInt8]? {
    let count = unsafe i2d_X509(handle, nil)
    guard count > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var end = buffer.baseAddress
      return unsafe i2d_X509(handle, &end)
    }
    return written == count ? bytes : nil
  }

  var serial: String? {
    guard let number = unsafe X509_get0_serialNumber(handle) else { return nil }
    // Stored without a sign octet, and with the sign beside it.
    return hexadecimal(unsafe octets(number))
  }

  var subjectKeyID: String? {
    guard let identifier = unsafe X509_get0_subject_key_id(handle) else { return nil }
    let digits = hexadecimal(unsafe octets(identifier))
    return digits.isEmpty ? nil : digits
  }

  var subject: String { unsafe commonName(X509_get_subject_name(handle)) }
  var issuer: String { unsafe commonName(X509_get_issuer_name(handle)) }

  /// Puts the certificate into a list, which keeps it; false for want of memory.
  borrowing func add(to list: OpaquePointer) -> Bool {
    // One reference is given back when this value ends, the other one is the list's.
    guard unsafe X509_up_ref(handle) == 1 else { return false }
    if unsafe klp_x509_stack_push(list, handle) > 0 { return true }
    unsafe X509_free(handle)
    return false
  }
}

private func octets(_ text: UnsafePointer<ASN1_STRING>) -> [UInt8] {
  guard let start = unsafe ASN1_STRING_get0_data(text) else { return [] }
  return unsafe Array(
    UnsafeBufferPointer(start: start, count: Int(max(0, ASN1_STRING_length(text)))))
}

/// The last common name of a distinguished name; empty when it has none.
private func commonName(_ name: OpaquePointer?) -> String {
  guard let name = unsafe name else { return "" }
  var index: Int32 = -1
  while true {
    let next = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, index)
    if next < 0 { break }
    index = next
  }
  guard index >= 0, let entry = unsafe X509_NAME_get_entry(name, index),
    let value = unsafe X509_NAME_ENTRY_get_data(entry)
  else { return "" }
  return String(decoding: unsafe octets(value), as: UTF8.self)
}
