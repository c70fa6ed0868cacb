/*
 * engine/restore/certificates.h - will a control plane trust that certificate?
 *
 * Source: RFC 5280 (chains), RFC 6125 (names); domain.md TLS-01 to TLS-06, F-813.
 */
#ifndef ENGINE_RESTORE_CERTIFICATES_H
#define ENGINE_RESTORE_CERTIFICATES_H

#include "base/error.h"

/* pem: a certificate and what it brings along to its root, ca_pem: the authorities that are trusted. ERR_INVALID says what is wrong. */
bool certificate_is_trusted(const char *pem, const char *ca_pem, Error *err);
/* Is it one of that host? ERR_INVALID. */
bool certificate_names(const char *pem, const char *host, Error *err);

#endif
