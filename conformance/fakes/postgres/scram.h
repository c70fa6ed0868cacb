/*
 * conformance/fakes/postgres/scram.h - the client's side of SCRAM-SHA-256, without channel binding.
 *
 * Source:    RFC 5802, RFC 7677; PostgreSQL 15 manual, 55.3.1 (the user name is left empty: the start-up packet had it).
 * Ownership: texts that come out are the caller's to free().
 */
#ifndef CONFORMANCE_FAKES_POSTGRES_SCRAM_H
#define CONFORMANCE_FAKES_POSTGRES_SCRAM_H

/* "n,,n=,r=NONCE" */
char *scram_client_first(const char *nonce);

/* What answers the server's first message; NULL: it is none. */
char *scram_client_final(const char *nonce, const char *password, const char *server_first);

#endif
