/*
 * engine/checks/repoint.c - before a control plane is told another name: does that lead to a plane that serves, and may we say so?
 *
 * Source: domain.md 8.9, F-618, V3; F-514, F-607.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <string.h>

#include "engine/checks/rights.h"
#include "engine/observations.h"
#include "engine/steps/repoint.h"

bool check_repoint_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"patch", "install.tetrate.io", "controlplanes", NULL, {NULL}},
        {"get",   "install.tetrate.io", "controlplanes", NULL, {NULL}},
    };

    for (size_t i = 0; i < e->operation->control_plane_count; i++) {
        const ControlPlane *site = &e->operation->control_planes[i];

        if (!site->is_chosen || strncmp(site->uid, "unreachable", 11) == 0)
            continue;
        if (!rights_check(site->kube, site->spec->ns, RIGHTS, sizeof RIGHTS / sizeof *RIGHTS,
                          finding, err))
            return false;
    }
    return true;
}

bool check_repoint_host(Examination *e, Finding *finding, Error *err)
{
    static const char REQUIRED[] = "a name that leads to the plane that serves";
    const char *host = repoint_host(e->operation);
    char serving[64], ip[64], observed[280];
    Error why = {0};

    if (!see_serving(e->operation, serving, err))
        return false;
    if (!see_ip(e->operation, host, ip, &why)) {
        if (why.code != ERR_NOT_FOUND)
            return error_set(err, why.code, "%s", why.message);
        finding_refuse(finding, "F-514", REQUIRED, why.message, "dig the name",
                       "make the record first, or name another host with --host");
        return true;
    }
    if (strcmp(ip, serving) != 0) {
        snprintf(observed, sizeof observed, "%.120s is %s, the front of %s is at %s", host, ip,
                 e->operation->serving->spec->name, serving);
        finding_refuse(finding, "F-514", REQUIRED, observed, "dig the name",
                       "point the name at that plane first, or name another host with --host");
        return true;
    }
    if (see_front_certificate(e->operation, host, ip, &why))
        return true;
    if (why.code == ERR_UNAVAILABLE || why.code == ERR_TIMEOUT)
        return error_set(err, why.code, "%s", why.message);
    finding_refuse(finding, "F-607", "a certificate of that name", why.message,
                   "openssl s_client -connect IP:PORT -servername NAME",
                   "add the name to tsb-certs: no edge would come otherwise");
    return true;
}
