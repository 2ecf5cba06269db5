internal import CLibCrypto

/// Starts libcrypto without its configuration file, once: an environment variable must not choose
/// code that root then runs. To be called before anything else of libcrypto's.
package func startLibcrypto() {
  precondition(libcryptoStarted, "libcrypto does not start")
}

private let libcryptoStarted =
  OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1
