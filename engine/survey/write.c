/*
 * engine/survey/write.c - what was found as an Environment file that says where it comes from.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/yaml.h"
#include "engine/survey/survey.h"

enum { COMMENT_COLUMN = 46 };

typedef struct {
    Buffer text;
    size_t line; /* where the line under way begins */
    const char *indent;
} Page;

/* A text as YAML takes it for one. */
static void add_scalar(Page *page, const char *text)
{
    cJSON *json = cJSON_CreateString(text);
    char *yaml = yaml_text(json);

    yaml[strcspn(yaml, "\n")] = '\0';
    buffer_add_text(&page->text, yaml);
    free(yaml);
    cJSON_Delete(json);
}

static void end_line(Page *page, const char *note)
{
    if (note) {
        size_t used = page->text.length - page->line;

        buffer_format(&page->text, "%*s# %s",
                      used < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - used) : 1, "", note);
    }
    buffer_add_text(&page->text, "\n");
    page->line = page->text.length;
}

static void add_value(Page *page, const char *key, const char *value, const char *note)
{
    buffer_format(&page->text, "%s%s: ", page->indent, key);
    add_scalar(page, value);
    end_line(page, note);
}

static void add_head(Page *page, const char *key)
{
    buffer_format(&page->text, "%s%s:", page->indent, key);
    end_line(page, NULL);
}

/* What is not there is a line that says so, ready to be filled in. */
static void add_gap(Page *page, const char *key, const char *note)
{
    buffer_format(&page->text, "%s# %s:", page->indent, key);
    end_line(page, note);
}

static void add_fact(Page *page, const char *key, const SurveyFact *fact)
{
    if (fact->value)
        add_value(page, key, fact->value, fact->note);
    else
        add_gap(page, key, fact->note ? fact->note : "not found");
}

static void add_number(Page *page, const char *key, const SurveyFact *fact)
{
    if (!fact->value) {
        add_gap(page, key, fact->note);
        return;
    }
    buffer_format(&page->text, "%s%s: %s", page->indent, key, fact->value);
    end_line(page, fact->note);
}

/* ---- planes and control planes -------------------------------------------------------------------- */

static void add_instances(Page *page, const SurveyPlane *plane)
{
    if (!plane->instances_fact.value) {
        add_gap(page, "postgres", plane->instances_fact.note);
        return;
    }
    buffer_format(&page->text, "%spostgres:", page->indent);
    end_line(page, plane->instances_fact.note);
    for (size_t i = 0; i < plane->instance_count; i++) {
        bool has_ip = plane->instances[i].ip != NULL;

        buffer_format(&page->text, "%s  %s- {name: %s, address: \"%s:5432\"}", page->indent,
                      has_ip ? "" : "# ", plane->instances[i].name,
                      has_ip ? plane->instances[i].ip : "");
        end_line(page, has_ip ? NULL : "its pod has no address: is it running?");
    }
}

/* A context is the name of its plane, if it makes a short one. */
static const char *plane_name(const Survey *survey, int index)
{
    static const char *const OTHERWISE[] = {"mp1", "mp2"};
    const char *context = survey->planes[index].context;

    return strlen(context) <= 20 && !strpbrk(context, ":/@ ") ? context : OTHERWISE[index];
}

static void add_plane(Page *page, const Survey *survey, int index)
{
    const SurveyPlane *plane = &survey->planes[index];

    page->indent = "  ";
    buffer_add_text(&page->text, "  ");
    add_scalar(page, plane_name(survey, index));
    buffer_add_text(&page->text, ":");
    end_line(page, NULL);
    page->indent = "    ";
    add_value(page, "context", plane->context, NULL);
    add_fact(page, "namespace", &plane->ns);
    if (plane->resource_name.value)
        add_fact(page, "managementPlane", &plane->resource_name);
    add_fact(page, "permanentName", &plane->permanent_name);
    add_fact(page, "clusterUID", &plane->uid);
    add_instances(page, plane);
    page->indent = "";
}

static void add_active(Page *page, const Survey *survey)
{
    if (survey->active.value)
        add_value(page, "active", plane_name(survey, *survey->active.value == '1'),
                  survey->active.note);
    else
        add_gap(page, "active", survey->active.note);
}

static void add_sites(Page *page, const Survey *survey)
{
    size_t found = 0;

    for (size_t i = 0; i < survey->site_count; i++)
        found += survey->sites[i].name.value != NULL;
    buffer_format(&page->text, "controlPlanes:%s", found ? "" : " []");
    end_line(page, "resolver: \"ip:port\" beside a name shows DNS as that cluster sees it");
    for (size_t i = 0; i < survey->site_count; i++) {
        const SurveySite *site = &survey->sites[i];

        if (site->name.value) {
            add_value(page, "  - name", site->name.value, site->name.note);
            add_value(page, "    context", site->context, NULL);
            add_value(page, "    namespace", site->ns, NULL);
        } else {
            buffer_format(&page->text, "  # context %s", site->context);
            end_line(page, site->name.note);
        }
    }
}

/* ---- how they are reached -------------------------------------------------------------------------- */

/* Both planes tell it; the first that knows. */
static const SurveyFact *either(const Survey *survey, size_t offset)
{
    const SurveyFact *first =
        (const SurveyFact *)(const void *)((const char *)&survey->planes[0] + offset);
    const SurveyFact *second =
        (const SurveyFact *)(const void *)((const char *)&survey->planes[1] + offset);

    return !first->value && second->value ? second : first;
}

static void add_authority(Page *page, const Survey *survey, const SurveyFile *file)
{
    const SurveyFact *ca = either(survey, offsetof(SurveyPlane, ca_pem));

    if (ca->value && file->ca_file)
        add_value(page, "caFile", file->ca_file, ca->note);
    else if (ca->value)
        add_gap(
            page, "caFile",
            "the certificate is in secret/tsb-certs; `env init --write-ca` puts it into a file");
    else
        add_gap(page, "caFile", ca->note);
}

static void add_front(Page *page, const Survey *survey, const SurveyFile *file)
{
    add_head(page, "frontEnvoy");
    page->indent = "  ";
    add_number(page, "port", either(survey, offsetof(SurveyPlane, port)));
    add_authority(page, survey, file);
    add_value(page, "user", "admin", "a TSB user who may read");
    add_value(page, "passwordFile", "admin-password", "make this file: the user's password, alone");
    page->indent = "";
}

static void add_databases(Page *page, const Survey *survey, const SurveyFile *file)
{
    add_head(page, "postgres");
    page->indent = "  ";
    add_value(page, "user", "postgres", "a role with LOGIN and pg_monitor");
    add_value(page, "passwordFile", "postgres-password",
              "make this file: the role's password, alone");
    add_value(page, "sslmode", "verify-ca", "instances are reached by address, not by name");
    add_authority(page, survey, file);
    add_gap(page, "clientCertificateFile",
            "where the server asks for one (kubegres: clientcert=verify-ca), with clientKeyFile");
    add_gap(page, "clientKeyFile", "readable by nobody else");
    page->indent = "";
}

static void add_servers(Page *page, const Survey *survey)
{
    if (!survey->server_count) {
        add_gap(page, "servers", survey->servers_fact.note);
        return;
    }
    buffer_format(&page->text, "%sservers: [", page->indent);
    for (size_t i = 0; i < survey->server_count; i++) {
        const DnsServerAddress *server = &survey->servers[i];
        bool is_ipv6 = strchr(server->ip, ':') != NULL;

        buffer_format(&page->text, "%s\"%s%s%s:%u\"", i ? ", " : "", is_ipv6 ? "[" : "", server->ip,
                      is_ipv6 ? "]" : "", (unsigned)server->port);
    }
    buffer_add_text(&page->text, "]");
    end_line(page, survey->servers_fact.note);
}

static void add_dns(Page *page, const Survey *survey)
{
    add_head(page, "dns");
    page->indent = "  ";
    add_value(page, "provider", "rfc2136",
              "no cluster says who changes names; others: `understudy schema environment --table`");
    add_value(page, "keyFile", "tsig.key", "make this file: the key as tsig-keygen writes it");
    add_fact(page, "zone", &survey->zone);
    add_servers(page, survey);
    add_fact(page, "records", &survey->records);
    page->indent = "";
}

char *survey_text(const Survey *survey, const SurveyFile *file)
{
    Page page = {.indent = ""};

    buffer_add_text(
        &page.text,
        "# Written by `understudy env init`: beside each value stands where it comes from. What was not found is a\n"
        "# comment that says what to do. Then: understudy env check -e FILE\n");
    page.line = page.text.length;
    add_value(&page, "apiVersion", "understudy.dev/v1", NULL);
    add_value(&page, "kind", "Environment", NULL);
    if (file->kubeconfig)
        add_value(&page, "kubeconfig", file->kubeconfig, NULL);
    add_fact(&page, "organization", either(survey, offsetof(SurveyPlane, organization)));
    add_fact(&page, "floatingName", &survey->floating_name);
    add_head(&page, "planes");
    for (int i = 0; i < 2; i++)
        add_plane(&page, survey, i);
    add_active(&page, survey);
    add_sites(&page, survey);
    add_front(&page, survey, file);
    add_databases(&page, survey, file);
    add_dns(&page, survey);
    return buffer_take(&page.text);
}
