internal import CLibCrypto

/// An X.509 certificate (RFC 5280) that modules may be signed with.
package struct Certificate: Hashable, Sendable {
  /// The whole of it.
  package let der: [UInt8]
  /// The common name of whom it is of; empty when it has none.
  package let subject: String
  /// The common name of who made it; the same as `subject` where it is self-signed.
  package let issuer: String
  /// Lower case hexadecimal digits, without a sign octet: what signatures of modules usually call
  /// the key by.
  package let serial: String
  /// Lower case hexadecimal digits: what the kernel calls the key by in /proc/keys. Nil for a
  /// certificate without one, which the kernel calls by its serial number.
  package let subjectKeyID: String?

  /// The certificates in a file, in PEM, one after the other, or one in DER.
  ///
  /// - Throws: `CertificateProblem`: what is wrong with them.
  package static func read(_ file: [UInt8]) throws(CertificateProblem) -> [Certificate] {
    if file.isEmpty { throw CertificateProblem("it is empty") }
    // A DER certificate is a sequence; PEM may have any text before its first line.
    let handles = file.first == 0x30 ? try der(file) : try pem(file)
    return handles
  }

  private static func der(_ file: [UInt8]) throws(CertificateProblem) -> [Certificate] {
    guard let certificate = CertificateHandle(der: file) else {
      throw CertificateProblem("it is no certificate in DER")
    }
    return [try Certificate(certificate)]
  }

  /// More than anybody trusts.
  private static let most = 1_000

  private static func pem(_ file: [UInt8]) throws(CertificateProblem) -> [Certificate] {
    var certificates: [Certificate] = []
    let problem = unsafe file.withUnsafeBytes { bytes -> CertificateProblem? in
      guard let reader = unsafe MemoryReader(bytes) else {
        return CertificateProblem("it is too large")
      }
      while certificates.count <= most {
        ERR_clear_error()
        guard let handle = CertificateHandle(nextPEM: reader) else {
          let isEnd =
            ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE && !certificates.isEmpty
          ERR_clear_error()
          return isEnd
            ? nil
            : CertificateProblem(
              certificates.isEmpty
                ? "it is no certificate in PEM or DER"
                : "certificate \(certificates.count + 1) in it is damaged")
        }
        do throws(CertificateProblem) {
          certificates.append(try Certificate(handle))
        } catch {
          return error
        }
      }
      return CertificateProblem("it has more than \(most) certificates")
    }
    if let problem { throw problem }
    return certificates
  }

  private init(_ handle: borrowing CertificateHandle) throws(CertificateProblem) {
    guard let der = handle.der, let serial = handle.serial else {
      throw CertificateProblem("it has a certificate without a serial number")
    }
    self.der = der
    self.serial = serial
    subject = handle.subject
    issuer = handle.issuer
    subjectKeyID = handle.subjectKeyID
  }
}

/// Why a file holds no certificates: without a full stop, to go on after "FILE: ".
package struct CertificateProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
