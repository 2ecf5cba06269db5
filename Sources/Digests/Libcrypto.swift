internal import CLibCrypto

/// Starts libcrypto without its configuration file, once: an environment variable must not choose
/// code that root then runs. To be called before anything else of libcrypto's.
///
/// Ciphers are not named either: digests, signatures and certificates need none, and libcrypto goes through
/// all their names when it makes its first digest.
package func startLibcrypto() {
  precondition(libcryptoStarted, "libcrypto does not start")
}

private let libcryptoStarted =
  OPENSSL_init_crypto(
    UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ADD_ALL_CIPHERS), nil) == 1
