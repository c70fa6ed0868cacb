/*
 * fakes/postgres/backends.c - who is connected to one server, and how many may be.
 */
#include "fakes/postgres/backends.h"

#include <string.h>

static const PgSource PROCESS = {"proc.c", "353", "InitProcess"};
static const PgSource POSTINIT = {"postinit.c", "865", "InitPostgres"};
static const PgSource MISCINIT = {"miscinit.c", "799", "InitializeSessionUserId"};
static const PgSource DATABASE = {"postinit.c", "355", "CheckMyDatabase"};

enum { MAX_CONNECTIONS = 100, SUPERUSER_RESERVED = 3 };

int pg_limits_connections(const PgLimits *limits)
{
    return limits->max_connections > 0 ? limits->max_connections : MAX_CONNECTIONS;
}

int pg_limits_reserved(const PgLimits *limits)
{
    return limits->superuser_reserved_connections > 0 ? limits->superuser_reserved_connections
                                                      : SUPERUSER_RESERVED;
}

static int count_slots(const PgBackends *backends)
{
    int count = 0;

    for (const PgBackend *at = backends->first; at != NULL; at = at->next)
        count += !at->is_walsender;
    return count;
}

bool pg_backend_enter(PgBackends *backends, PgBackend *backend, PgReport *report)
{
    if (!backend->is_walsender && count_slots(backends) >= pg_limits_connections(&backends->limits))
        return pg_error(report, "53300", PROCESS, "sorry, too many clients already");
    backend->next = backends->first;
    backends->first = backend;
    return true;
}

void pg_backend_leave(PgBackends *backends, PgBackend *backend)
{
    for (PgBackend **place = &backends->first; *place != NULL; place = &(*place)->next) {
        if (*place == backend) {
            *place = backend->next;
            return;
        }
    }
}

bool pg_backend_check_role(const PgBackends *backends, const PgBackend *backend, const PgRole *role,
                           PgReport *report)
{
    int count = 0;

    for (const PgBackend *at = backends->first; at != NULL; at = at->next)
        count += strcmp(at->user, backend->user) == 0;
    return role->connection_limit == 0 || role->is_superuser || count <= role->connection_limit ||
           pg_error(report, "53300", MISCINIT, "too many connections for role \"%s\"",
                    backend->user);
}

bool pg_backend_check_slots(const PgBackends *backends, const PgBackend *backend,
                            const PgRole *role, PgReport *report)
{
    int left = pg_limits_connections(&backends->limits) - count_slots(backends);

    return role->is_superuser || backend->is_walsender ||
           left >= pg_limits_reserved(&backends->limits) ||
           pg_error(report, "53300", POSTINIT,
                    "remaining connection slots are reserved for non-replication superuser "
                    "connections");
}

static const PgDatabaseLimit *find_limit(const PgBackends *backends, const char *database)
{
    const PgDatabaseLimit *limit = backends->limits.databases;

    while (limit != NULL && limit->database != NULL && strcmp(limit->database, database) != 0)
        limit++;
    return limit != NULL && limit->database != NULL ? limit : NULL;
}

bool pg_backend_check_database(const PgBackends *backends, const PgBackend *backend,
                               const PgRole *role, PgReport *report)
{
    const PgDatabaseLimit *limit = find_limit(backends, backend->database);
    int count = 0;

    if (limit == NULL)
        return true;
    if (limit->is_closed)
        return pg_error(report, "55000", DATABASE,
                        "database \"%s\" is not currently accepting connections",
                        backend->database);
    for (const PgBackend *at = backends->first; at != NULL; at = at->next)
        count += !at->is_physical && strcmp(at->database, backend->database) == 0;
    return limit->connections == 0 || role->is_superuser || count <= limit->connections ||
           pg_error(report, "53300", DATABASE, "too many connections for database \"%s\"",
                    backend->database);
}
