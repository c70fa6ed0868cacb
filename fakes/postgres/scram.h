/*
 * fakes/postgres/scram.h - the server's half of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS.
 *
 * Source: RFC 5802, RFC 7677; channel binding tls-server-end-point: RFC 5929, section 4; PostgreSQL 15 manual, 55.3.
 * Knows no sockets: the client's texts in, the server's out. Passwords stay with the caller; a verifier cannot be turned back.
 */
#ifndef FAKES_POSTGRES_SCRAM_H
#define FAKES_POSTGRES_SCRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fakes/postgres/report.h"

enum {
    SCRAM_KEY_SIZE = 32,
    SCRAM_SALT_SIZE = 16,
    SCRAM_ITERATIONS =
        4096, /* what PostgreSQL 15 makes; a verifier that was set whole may have another count */
    SCRAM_NONCE_SIZE = 18, /* 24 characters of base64 */
    SCRAM_TEXT_MAX = 512,
    SCRAM_BINDING_MAX = 64,
};

typedef struct {
    int iterations;
    uint8_t salt[SCRAM_SALT_SIZE];
    uint8_t stored_key[SCRAM_KEY_SIZE], server_key[SCRAM_KEY_SIZE];
} ScramVerifier;

/* So many rounds of HMAC: 4096 cost about 2 ms, here and at the client. */
void scram_verifier_make(ScramVerifier *verifier, const char *password,
                         const uint8_t salt[SCRAM_SALT_SIZE], int iterations);

/* One that CREATE ROLE was given whole: "SCRAM-SHA-256$4096:salt$StoredKey:ServerKey". False: text is none. */
bool scram_verifier_parse(ScramVerifier *verifier, const char *text);

typedef struct {
    ScramVerifier verifier;
    bool is_doomed; /* there is no such user, or it has no password: every proof is wrong */
    bool is_plus;   /* the client chose SCRAM-SHA-256-PLUS */
    bool may_plus;  /* and it was offered */
    uint8_t binding[SCRAM_BINDING_MAX];
    size_t binding_length;
    char nonce[SCRAM_TEXT_MAX];        /* the client's and ours */
    char gs2_header[64];               /* "p=tls-server-end-point,," */
    char client_first[SCRAM_TEXT_MAX]; /* without the header */
    char server_first[SCRAM_TEXT_MAX];
} Scram;

/* The client's first text (not NUL-ended); server_nonce is ours, in base64. Fails with 08P01, 28000 or 0A000. */
bool scram_first(Scram *scram, const char *text, size_t length, const char *server_nonce,
                 PgReport *report);
/* Its last text: is the proof right? out_text: what the server answers then. Fails with 08P01 if it is no such text. */
bool scram_final(Scram *scram, const char *text, size_t length, bool *out_is_right,
                 char out_text[SCRAM_TEXT_MAX], PgReport *report);

#endif
