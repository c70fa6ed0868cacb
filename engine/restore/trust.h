/*
 * engine/restore/trust.h - would the control planes trust a plane with these certificates?
 *
 * Source: domain.md TLS-01 to TLS-04, TLS-06, TLS-08, TLS-09; F-813.
 */
#ifndef ENGINE_RESTORE_TRUST_H
#define ENGINE_RESTORE_TRUST_H

#include "engine/operation.h"

/* A certificate of the plane: its Secret, where the chart's values have it, and the Secret by which a control plane judges it. */
typedef struct {
    const char *secret, *value, *authority;
} TrustPair;
const TrustPair *trust_pair(int index); /* NULL past the last */

/*
 * Is pem for the new plane's name and the floating one, and does every control plane trust it? One that cannot be asked is told as a warning. False:
 * out_why says who does not, and why.
 */
bool is_trusted_everywhere(Operation *operation, const TrustPair *pair, const char *pem,
                           char out_why[280]);

#endif
