#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros that Swift does not see.

static inline STACK_OF(X509) * klp_x509_stack_new(void) { return sk_X509_new_null(); }

// Takes the certificate over when it succeeds.
static inline int klp_x509_stack_push(STACK_OF(X509) * stack, X509 *certificate) {
  return sk_X509_push(stack, certificate);
}

static inline X509 *klp_x509_stack_at(STACK_OF(X509) * stack, int index) {
  return sk_X509_value(stack, index);
}

static inline void klp_x509_stack_free(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}

static inline int klp_cms_signer_count(STACK_OF(CMS_SignerInfo) * signers) {
  return sk_CMS_SignerInfo_num(signers);
}

static inline CMS_SignerInfo *klp_cms_signer_at(STACK_OF(CMS_SignerInfo) * signers, int index) {
  return sk_CMS_SignerInfo_value(signers, index);
}

// Certificates are public: whoever encrypts one is not asked for a password on the terminal.
static inline int klp_no_password(char *buffer, int size, int writing, void *data) {
  (void)buffer, (void)size, (void)writing, (void)data;
  return -1;
}

static inline X509 *klp_pem_certificate(BIO *bio) {
  return PEM_read_bio_X509(bio, NULL, klp_no_password, NULL);
}

// SHA-256, looked up once: libcrypto looks EVP_sha256() up anew for each digest. Null for want of
// memory.
static inline const EVP_MD *klp_sha256(void) {
  static EVP_MD *known;
  EVP_MD *found = __atomic_load_n(&known, __ATOMIC_ACQUIRE);
  if (found) return found;
  found = EVP_MD_fetch(NULL, "SHA256", NULL);
  EVP_MD *other = NULL;
  if (found && !__atomic_compare_exchange_n(&known, &other, found, 0, __ATOMIC_ACQ_REL,
                                            __ATOMIC_ACQUIRE)) {
    EVP_MD_free(found);
    return other;
  }
  return found;
}
