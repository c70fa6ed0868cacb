/*
 * fakes/postgres/prepared.c - the prepared statements and portals of a session.
 */
#include "fakes/postgres/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/session_inside.h"

static const PgSource MISSING = {"prepare.c", "451", "FetchPreparedStatement"};

PgPrepared *prepared_find(const PgSession *session, const char *name)
{
    PgPrepared *prepared = session->prepared;

    while (prepared != NULL && strcmp(prepared->name, name) != 0)
        prepared = prepared->next;
    return prepared;
}

PgPortal *portal_find(const PgSession *session, const char *name)
{
    PgPortal *portal = session->portals;

    while (portal != NULL && strcmp(portal->name, name) != 0)
        portal = portal->next;
    return portal;
}

void prepared_release(PgPrepared *prepared)
{
    if (--prepared->references > 0)
        return;
    arena_release(&prepared->arena);
    free(prepared->name);
    free(prepared);
}

static void portal_free(PgPortal *portal)
{
    prepared_release(portal->prepared);
    arena_release(&portal->arena);
    free(portal->name);
    free(portal);
}

void portal_drop(PgSession *session, const PgPortal *dropped)
{
    for (PgPortal **place = &session->portals; *place != NULL; place = &(*place)->next) {
        if (*place == dropped) {
            PgPortal *portal = *place;

            *place = portal->next;
            portal_free(portal);
            return;
        }
    }
}

void portal_drop_all(PgSession *session)
{
    while (session->portals != NULL)
        portal_drop(session, session->portals);
}

void prepared_drop(PgSession *session, PgPrepared *dropped)
{
    for (PgPrepared **place = &session->prepared; *place != NULL; place = &(*place)->next) {
        if (*place == dropped) {
            *place = dropped->next;
            prepared_release(dropped);
            return;
        }
    }
}

void prepared_drop_all(PgSession *session)
{
    portal_drop_all(session);
    while (session->prepared != NULL)
        prepared_drop(session, session->prepared);
}

bool prepared_is_missing(const char *name, PgReport *report)
{
    if (*name == '\0')
        return pg_error(report, "26000", MISSING, "unnamed prepared statement does not exist");
    return pg_error(report, "26000", MISSING, "prepared statement \"%s\" does not exist", name);
}

static void drop_named(PgSession *session)
{
    PgPrepared *next;

    for (PgPrepared *at = session->prepared; at != NULL; at = next) {
        next = at->next;
        if (*at->name != '\0')
            prepared_drop(session, at);
    }
}

bool prepared_deallocate(PgSession *session, const char *name, PgReport *report)
{
    PgPrepared *prepared;

    if (name == NULL) {
        drop_named(session);
        return true;
    }
    prepared = prepared_find(session, name);
    if (prepared == NULL)
        return prepared_is_missing(name, report);
    prepared_drop(session, prepared);
    return true;
}
