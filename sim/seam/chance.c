/*
 * sim/seam/chance.c - doors: randomness, which in a simulated run is a function of the seed.
 */
/*
 * RAND_set_rand_method is deprecated since OpenSSL 3.0, yet all of 3.x honours it, and the successor (a provider)
 * would be a library of its own. Only this file sees the old names.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <assert.h>
#include <stddef.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "sim/seam/real.h"
#include "sim/seam/state.h"

static int tls_bytes(unsigned char *bytes, int length)
{
    random_fill(&seam_state.tls, bytes, (size_t)length);
    return 1;
}

static int tls_status(void)
{
    return 1;
}

static const RAND_METHOD SEEDED = {
    .bytes = tls_bytes,
    .pseudorand = tls_bytes,
    .status = tls_status,
};

void seam_seed_openssl(void)
{
    int is_set = RAND_set_rand_method(&SEEDED);

    assert(is_set == 1);
    (void)is_set;
}

ssize_t getrandom(void *bytes, size_t length, unsigned flags)
{
    if (!seam_state.is_simulated)
        return seam_real()->getrandom(bytes, length, flags);
    random_fill(&seam_state.system, bytes, length);
    return (ssize_t)length;
}

int getentropy(void *bytes, size_t length)
{
    if (!seam_state.is_simulated)
        return seam_real()->getentropy(bytes, length);
    random_fill(&seam_state.system, bytes, length);
    return 0;
}
