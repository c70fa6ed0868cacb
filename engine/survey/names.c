/*
 * engine/survey/names.c - which name is whose, and who answers for them.
 *
 * The floating name is what control planes use. A standby knows the active by its permanent name; the other one's is what its own
 * certificate holds beside the floating name. Source: domain.md 6 (MP-04, TLS-01, DNS-02).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "engine/survey/survey.h"

/* ---- floating and permanent ---------------------------------------------------------------------- */

static size_t users_of(const Survey *survey, const char *host)
{
    size_t users = 0;

    for (size_t i = 0; i < survey->site_count; i++)
        users += survey->sites[i].host && strcasecmp(survey->sites[i].host, host) == 0;
    return users;
}

static bool in_certificate(const SurveyPlane *plane, const char *name)
{
    for (size_t i = 0; i < plane->name_count; i++)
        if (strcasecmp(plane->names[i], name) == 0)
            return true;
    return false;
}

/* Without a control plane to ask: the one name that both certificates hold. */
static void guess_floating(Survey *survey)
{
    const SurveyPlane *one = &survey->planes[0];
    const char *shared = NULL;

    for (size_t i = 0; i < one->name_count; i++) {
        if (!in_certificate(&survey->planes[1], one->names[i]))
            continue;
        if (shared) {
            shared = NULL;
            break;
        }
        shared = one->names[i];
    }
    if (shared)
        fact_found(survey, &survey->floating_name, shared,
                   "the name that both front envoys' certificates hold");
    else
        fact_missing(survey, &survey->floating_name,
                     "no control plane says a host: it is ControlPlane.spec.managementPlane.host");
}

static void find_floating(Survey *survey)
{
    const char *most = NULL;
    size_t users = 0, all = 0;

    for (size_t i = 0; i < survey->site_count; i++) {
        const char *host = survey->sites[i].host;

        all += host != NULL;
        if (host && users_of(survey, host) > users) {
            most = host;
            users = users_of(survey, host);
        }
    }
    if (most)
        fact_found(survey, &survey->floating_name, most,
                   "spec.managementPlane.host of %zu of %zu control planes", users, all);
    else
        guess_floating(survey);
}

static void find_active(Survey *survey)
{
    const SurveyPlane *planes = survey->planes;
    bool is_first = planes[0].role == ROLE_ACTIVE && planes[0].is_wanted;
    bool is_second = planes[1].role == ROLE_ACTIVE && planes[1].is_wanted;

    if (is_first != is_second)
        fact_found(survey, &survey->active, is_second ? "1" : "0",
                   "spec.highAvailability, and its tsb has replicas");
    else
        fact_missing(survey, &survey->active,
                     is_first ? "both say active, and tsb has replicas on both: mend that first"
                              : "neither says active with replicas of tsb: it is looked for when "
                                "a procedure begins");
}

static void find_permanent(Survey *survey, int index)
{
    SurveyPlane *plane = &survey->planes[index], *other = &survey->planes[1 - index];
    const char *floating = survey->floating_name.value, *own = NULL;
    size_t count = 0;

    if (other->role == ROLE_STANDBY && other->partner) {
        fact_found(survey, &plane->permanent_name, other->partner,
                   "how %s follows it: activeMpSynchronizationEndpoint", other->context);
        return;
    }
    for (size_t i = 0; i < plane->name_count; i++) {
        if ((floating && strcasecmp(plane->names[i], floating) == 0) ||
            strchr(plane->names[i], '*') || in_certificate(other, plane->names[i]))
            continue;
        own = plane->names[i];
        count++;
    }
    if (count == 1)
        fact_found(survey, &plane->permanent_name, own,
                   "the name in secret/tsb-certs that the other plane's does not hold");
    else
        fact_missing(survey, &plane->permanent_name,
                     "its certificate (secret/tsb-certs) holds %zu names of its own: give the "
                     "plane's own DNS name",
                     count);
}

void survey_names(Survey *survey)
{
    find_floating(survey);
    find_active(survey);
    for (int i = 0; i < 2; i++)
        find_permanent(survey, i);
}

/* ---- the zone ------------------------------------------------------------------------------------ */

enum { DNS_PORT = 53, SYSTEM_SERVERS_MAX = 3 };

static size_t system_servers(DnsServerAddress servers[SYSTEM_SERVERS_MAX])
{
    char *text = NULL, *line, *rest;
    size_t count = 0;

    if (!file_read("/etc/resolv.conf", &text, NULL, NULL))
        return 0;
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char address[64];

        if (count < SYSTEM_SERVERS_MAX && sscanf(line, " nameserver %63s", address) == 1 &&
            dns_address_parse(strchr(address, ':') ? "" : address, &servers[count], NULL))
            count++;
    }
    free(text);
    return count;
}

/* The longest end of name that has a SOA record of its own. */
static const char *apex_of(DnsClient *dns, const DnsServerAddress *server, const char *name,
                           DnsAnswer *out, Error *err)
{
    for (; name && strchr(name, '.'); name = strchr(name, '.') + 1) {
        if (!dns_ask(dns, server, name, DNS_RECORD_SOA, out, err))
            return NULL;
        if (out->exists && !out->cname[0])
            return name;
    }
    error_set(err, ERR_NOT_FOUND, "no zone holds it");
    return NULL;
}

static void add_server(Survey *survey, const DnsServerAddress *server)
{
    if (survey->server_count < SURVEY_SERVERS_MAX)
        survey->servers[survey->server_count++] = *server;
}

/* Every name server that the zone names, as far as its name resolves. */
static void add_authorities(Survey *survey, DnsClient *dns, const DnsServerAddress *server)
{
    DnsAnswer names, address;

    if (!dns_ask(dns, server, survey->zone.value, DNS_RECORD_NS, &names, NULL))
        return;
    for (size_t i = 0; i < names.count; i++) {
        DnsServerAddress found = {.port = DNS_PORT};

        if (!dns_ask(dns, server, names.values[i], DNS_RECORD_A, &address, NULL) || !address.count)
            continue;
        snprintf(found.ip, sizeof found.ip, "%.47s", address.values[0]);
        add_server(survey, &found);
    }
    fact_found(survey, &survey->servers_fact, "",
               "NS records of the zone; the one that takes updates must be first");
}

static void find_records(Survey *survey, DnsClient *dns, const DnsServerAddress *server)
{
    const char *name = survey->floating_name.value;
    DnsAnswer answer;

    if (!dns_ask(dns, server, name, DNS_RECORD_A, &answer, NULL) ||
        (!answer.exists && !answer.cname[0]))
        fact_missing(survey, &survey->records, "%s does not exist; cname, or a for addresses",
                     name);
    else
        fact_found(survey, &survey->records, answer.cname[0] ? "cname" : "a",
                   answer.cname[0] ? "%s leads to %s" : "%s has addresses%s", name, answer.cname);
}

static bool ask_server(Survey *survey, DnsClient *dns, const DnsServerAddress *server, Error *err)
{
    DnsAnswer answer;
    const char *zone = apex_of(dns, server, survey->floating_name.value, &answer, err);

    if (!zone)
        return false;
    fact_found(survey, &survey->zone, zone, "SOA, asked of %s", server->ip);
    find_records(survey, dns, server);
    if (!answer.is_authoritative)
        add_authorities(survey, dns, server);
    return true;
}

/* Those that were named and say that the zone is theirs are its servers: a port, DNS itself cannot tell. */
static void add_named(Survey *survey, DnsClient *dns, const SurveyOptions *options)
{
    DnsAnswer answer;

    for (size_t i = 0; i < options->name_server_count; i++) {
        if (!dns_ask(dns, &options->name_servers[i], survey->zone.value, DNS_RECORD_SOA, &answer,
                     NULL) ||
            !answer.is_authoritative)
            continue;
        add_server(survey, &options->name_servers[i]);
        fact_found(survey, &survey->servers_fact, "",
                   "they say that the zone is theirs; the one that takes updates must be first");
    }
}

void survey_dns(Survey *survey, DnsClient *dns, const SurveyOptions *options)
{
    DnsServerAddress usual[SYSTEM_SERVERS_MAX];
    const DnsServerAddress *servers = options->name_server_count ? options->name_servers : usual;
    size_t count = options->name_server_count ? options->name_server_count : system_servers(usual);
    Error why = {.message = "no name server to ask"};

    fact_missing(survey, &survey->servers_fact, "name them with --name-servers");
    fact_missing(survey, &survey->records, "cname, or a where the names are address records");
    if (!survey->floating_name.value) {
        fact_missing(survey, &survey->zone, "it is the zone of the floating name");
        return;
    }
    for (size_t i = 0; i < count && !survey->zone.value; i++) {
        why = (Error){0};
        ask_server(survey, dns, &servers[i], &why);
    }
    if (!survey->zone.value)
        fact_missing(survey, &survey->zone, "%s: %s; name a server with --name-servers",
                     survey->floating_name.value, why.message);
    else
        add_named(survey, dns, options);
}
