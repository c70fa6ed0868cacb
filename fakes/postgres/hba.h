/*
 * fakes/postgres/hba.h - who may come in, to what, from where and how he proves himself: pg_hba.conf as rules.
 *
 * Source:    PostgreSQL 15 manual, 21.1 (the file), 21.2 to 21.12 (methods); hba.c and auth.c of 15.20.
 * The first rule that fits decides; where none does, the client is refused. Not known, and refused when the file is read: names of hosts
 * (nobody is looked up), @files, ident maps, and methods that need another server or another process.
 * Ownership: a PgHba owns its texts; rules are borrowed from it.
 */
#ifndef FAKES_POSTGRES_HBA_H
#define FAKES_POSTGRES_HBA_H

#include <stdbool.h>

#include "base/error.h"

typedef struct PgHba PgHba;

typedef enum {
    PG_AUTH_TRUST,
    PG_AUTH_REJECT,
    PG_AUTH_SCRAM,
    PG_AUTH_MD5,      /* SCRAM, for whose password is kept that way */
    PG_AUTH_PASSWORD, /* in clear */
    PG_AUTH_CERT,
} PgAuthMethod;

typedef enum {
    PG_CLIENT_CERTIFICATE_ANY,         /* or none */
    PG_CLIENT_CERTIFICATE_VERIFY_CA,   /* one of our authority's */
    PG_CLIENT_CERTIFICATE_VERIFY_FULL, /* and it names the user */
} PgClientCertificate;

typedef struct {
    PgAuthMethod method;
    PgClientCertificate client_certificate;
    int line; /* in the file */
} PgHbaRule;

/* Who knocks. */
typedef struct {
    const char *address; /* "127.0.0.1" or "::1"; NULL: a Unix socket */
    bool is_secured;     /* by TLS */
    bool is_physical;    /* for physical replication: database says nothing then */
    const char *database, *user;
    /* Is user role, or a member of it? */
    bool (*is_member)(const void *owner, const char *user, const char *role);
    const void *owner;
} PgHbaClient;

/* Fails with ERR_INPUT: "pg_hba.conf:3: invalid authentication method "ident"". */
bool pg_hba_parse(const char *text, PgHba **out_hba, Error *err);
void pg_hba_free(PgHba *hba); /* accepts NULL */
/* NULL: no rule fits. */
const PgHbaRule *pg_hba_find(const PgHba *hba, const PgHbaClient *client);

/*
 * kubegres' own file, which TSB's embedded Postgres has: TLS, a certificate of the authority's and a password, or nothing. Without
 * asking for certificates it is the same otherwise.
 */
const char *pg_hba_kubegres(bool asks_certificates);

#endif
