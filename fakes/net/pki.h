/*
 * fakes/net/pki.h - a certificate authority that is made when a world starts, and what it issues.
 *
 * Source: RFC 5280 (profile), RFC 6125 (names in subjectAltName). Keys are P-256. All randomness is OpenSSL's, so
 * in a simulated run it is the seed's.
 * Ownership: a Pki and a Certificate own their keys; PEM texts are borrowed from them.
 */
#ifndef FAKES_NET_PKI_H
#define FAKES_NET_PKI_H

#include <stdint.h>

#include <openssl/ssl.h>

#include "base/error.h"

typedef struct Pki Pki;
typedef struct Certificate Certificate;

typedef struct {
    const char *common_name;
    const char *organization; /* O, for Kubernetes groups; may be NULL */
    const char *const *names; /* DNS names and IP addresses for subjectAltName, NULL-ended */
    int64_t not_before_ms, not_after_ms; /* wall time; 0, 0: one hour before now to 90 days after */
} CertificateOptions;

Pki *pki_new(const char *common_name);
void pki_free(Pki *pki);
const char *pki_ca_pem(const Pki *pki);

/* extendedKeyUsage is serverAuth and clientAuth, as TSB asks (domain.md, section 3). */
Certificate *pki_issue(Pki *pki, const CertificateOptions *options);
void certificate_free(Certificate *certificate);
const char *certificate_pem(const Certificate *certificate);
const char *certificate_key_pem(const Certificate *certificate);

/*
 * A TLS 1.2+ server context that shows this certificate; it asks for a client certificate of client_ca (NULL: asks for
 * none; verification is left to who reads stream_peer_name: an unknown issuer ends the handshake, none at all does not, nor
 * does one that has expired: stream_peer_is_valid_at).
 * No ALPN, as the front envoy up to TSB 1.12. SSL_CTX_free() it.
 */
SSL_CTX *certificate_server_context(const Certificate *certificate, const Pki *client_ca);

/* Whom to tell that a peer refused what it was shown, and why: "certificate expired". Borrowed. */
typedef struct {
    void (*call)(void *owner, const char *why);
    void *owner;
} CertificateRefusal;
void certificate_on_refused(SSL_CTX *context, const CertificateRefusal *refusal);

#endif
