import Artefacts
import Digests
import ModuleFile
import ModuleFixtures

/// Bytes are appended to a module: by themselves, and as the message of a signature that is else
/// sound. They are read, and verified with a certificate. They are read as certificates too.
func fuzzSignature(_ bytes: [UInt8]) {
  verify(module + bytes)
  let count = bytes.count
  let trailer: [UInt8] =
    [0, 0, 2, 0, 0, 0, 0, 0]
    + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
  verify(module + bytes + trailer + SignatureBuilder.line)
  do throws(CertificateProblem) {
    let certificates = try Certificate.read(bytes)
    precondition(!certificates.isEmpty, "no certificates, and no error")
    precondition(certificates.allSatisfy { !$0.serial.isEmpty }, "a certificate without a number")
  } catch {
    precondition(!"\(error)".isEmpty, "an error without words")
  }
}

private func verify(_ file: [UInt8]) {
  guard let facts = try? ModuleFacts(file) else { return }
  let verdict = SignatureVerdict(of: file, facts.signature, by: trusted)
  // The key signed other modules than this one, and is gone.
  if case .valid = verdict { preconditionFailure("a signature that nobody made") }
}

private let module = ModuleBuilder().build()

private let trusted: [Certificate] = {
  do throws(CertificateProblem) {
    return try Certificate.read(Array(certificate.utf8))
  } catch {
    preconditionFailure("the certificate cannot be read: \(error)")
  }
}()

/// Of a key that signed what the corpus has of whole signatures.
private let certificate = """
  -----BEGIN CERTIFICATE-----
  MIIBajCCAQ+gAwIBAgICEmcwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHTGFiIGtl
  eTAgFw0yNjExMjcyMTM1MjFaGA8yMTI2MTEwMzIxMzUyMVowEjEQMA4GA1UEAwwH
  TGFiIGtleTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGwsL9S3dKxxvqgA2BgA
  spxjK48Fwfy/k5y1AOfcoZhKrc45vcA0EOcrft9g6uvwxPbZfO8o4f9E3rYEHl+U
  MWqjUzBRMB0GA1UdDgQWBBRsq25XiPTfE0vN66NwpF5uvwu12jAfBgNVHSMEGDAW
  gBRsq25XiPTfE0vN66NwpF5uvwu12jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
  BAMCA0kAMEYCIQCDfG7RjRKadHSwXcdSxzMq6ZyRbqhcUd1infUrgvMiyQIhANRo
  eSmubbJgT3whl/IvRz0siHI50lIBkhlpihEOOcuq
  -----END CERTIFICATE-----
  """
