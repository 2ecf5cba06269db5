internal import CLibCrypto

/// What becomes of a detached signature when it is held against bytes and certificates.
package enum SignatureVerdict: Hashable, Sendable {
  /// One of the certificates made it, over these very bytes.
  case valid(signer: Certificate)
  /// One of the certificates is named in it, and did not make it over these bytes; or it is no
  /// signature of the kind that kernels take. Says why, without a full stop.
  case invalid(String)
  case noSignature
  /// None of the certificates is named in it.
  case unknownSigner
}

extension SignatureVerdict {
  /// Verifies a PKCS#7 message of signed data, detached, as the kernel does: whose certificate it
  /// is, whether that has expired and what it was meant for plays no part, and certificates in the
  /// message itself count for nothing. Of several signers each must be known here: the kernel takes
  /// one, and no tool makes more.
  ///
  /// - Parameters:
  ///   - message: in DER.
  ///   - content: the bytes that it is about.
  ///   - certificates: whose signatures count.
  package init(
    of message: ArraySlice<UInt8>, about content: ArraySlice<UInt8>,
    by certificates: [Certificate]
  ) {
    ERR_clear_error()
    defer { ERR_clear_error() }
    guard let message = CMSMessage(message) else {
      self = .invalid("it is no PKCS#7 message")
      return
    }
    guard message.isDetached else {
      self = .invalid("it carries bytes of its own, which no kernel takes")
      return
    }
    guard let list = CertificateList.of(certificates) else {
      self = .invalid("the certificates could not be read again")
      return
    }
    switch message.signers(among: list) {
    case .none:
      self = .invalid("it has no signer")
    case .some(let positions):
      let known = positions.compactMap { $0 }
      guard known.count == positions.count, let first = known.first,
        certificates.indices.contains(first)
      else {
        self = .unknownSigner
        return
      }
      if let problem = message.problem(with: content, list) {
        self = .invalid(problem)
      } else {
        self = .valid(signer: certificates[first])
      }
    }
  }
}

/// A list of certificates of libcrypto's, in the order given.
@safe struct CertificateList: ~Copyable {
  let handle: OpaquePointer
  let count: Int

  private init?(room count: Int) {
    startLibcrypto()
    guard let handle = unsafe klp_x509_stack_new() else { return nil }
    unsafe self.handle = handle
    self.count = count
  }

  /// Nil for want of memory.
  static func of(_ certificates: [Certificate]) -> CertificateList? {
    guard let list = CertificateList(room: certificates.count) else { return nil }
    for certificate in certificates {
      guard let certificate = CertificateHandle(der: certificate.der),
        unsafe certificate.add(to: list.handle)
      else { return nil }
    }
    return list
  }

  deinit {
    unsafe klp_x509_stack_free(handle)
  }
}

/// A CMS_ContentInfo of libcrypto's.
@safe struct CMSMessage: ~Copyable {
  private let handle: OpaquePointer

  /// Nil unless all of `bytes` is one message of signed data.
  init?(_ bytes: ArraySlice<UInt8>) {
    startLibcrypto()
    let found = unsafe bytes.withUnsafeBytes { buffer -> OpaquePointer? in
      guard let reader = unsafe MemoryReader(buffer),
        let found = unsafe d2i_CMS_bio(reader.handle, nil)
      else { return nil }
      let isWhole = unsafe BIO_ctrl_pending(reader.handle) == 0
      if isWhole, unsafe OBJ_obj2nid(CMS_get0_type(found)) == NID_pkcs7_signed {
        return unsafe found
      }
      unsafe CMS_ContentInfo_free(found)
      return nil
    }
    guard let handle = unsafe found else { return nil }
    unsafe self.handle = handle
  }

  deinit {
    unsafe CMS_ContentInfo_free(handle)
  }

  var isDetached: Bool { unsafe CMS_is_detached(handle) == 1 }

  /// For each signer the position of the certificate that it names, nil for those that name none of
  /// them; nil when there is no signer.
  func signers(among list: borrowing CertificateList) -> [Int?]? {
    guard let signers = unsafe CMS_get0_SignerInfos(handle) else { return nil }
    let count = unsafe klp_cms_signer_count(signers)
    guard (1...16).contains(count) else { return nil }
    var positions: [Int?] = []
    for number in 0..<count {
      let signer = unsafe klp_cms_signer_at(signers, number)
      var position: Int?
      for index in 0..<list.count where position == nil {
        let certificate = unsafe klp_x509_stack_at(list.handle, Int32(index))
        if unsafe CMS_SignerInfo_cert_cmp(signer, certificate) == 0 { position = index }
      }
      positions.append(position)
    }
    return positions
  }

  /// Why it is no signature of `content` by the certificates that it names; nil when it is one.
  func problem(with content: ArraySlice<UInt8>, _ list: borrowing CertificateList) -> String? {
    ERR_clear_error()
    let verified = unsafe content.withUnsafeBytes { buffer in
      guard let reader = unsafe MemoryReader(buffer) else { return Int32(-1) }
      return unsafe CMS_verify(
        handle, list.handle, nil, reader.handle, nil,
        UInt32(CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY))
    }
    if verified == 1 { return nil }
    return "the module is not what was signed, or another key of the same name signed it"
      + (libcryptoReason().map { " (\($0))" } ?? "")
  }
}
