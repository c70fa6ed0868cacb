/*
 * engine/operation.c - makes the clients of an operation from its environment.
 */
#include "engine/operation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/journal.h"
#include "engine/secret.h"

/* One of the planes may be lost: then it is not asked again and again before every step. */
enum { PATIENCE_WITH_LOST_MS = 10000 };

static bool speaks_to(const KubeClient *kube, const char *context_name)
{
    return kube && strcmp(kube_client_context(kube), context_name) == 0;
}

/* By a plane or control plane before this one: one cluster may hold many. */
static bool is_open(const Operation *operation, const char *context_name)
{
    for (int i = 0; i < 2; i++)
        if (speaks_to(operation->planes[i].kube, context_name))
            return true;
    for (size_t i = 0; i < operation->control_plane_count; i++)
        if (speaks_to(operation->control_planes[i].kube, context_name))
            return true;
    return false;
}

static bool open_kube(Operation *operation, const char *context_name, KubeClient **out_client,
                      Error *err)
{
    const KubeContext *context;

    if (!kubeconfig_context(operation->kubeconfig, context_name, &context, err))
        return false;
    if (context->trust.is_insecure && !is_open(operation, context_name))
        operation_warn(operation, "kubeconfig",
                       "context %s does not verify who its API server is "
                       "(insecure-skip-tls-verify): whoever is on the way can read and change "
                       "everything; name its certificate-authority instead",
                       context_name);
    *out_client = kube_client_new(&(KubeClientOptions){
        .loop = operation->loop,
        .https = operation->https,
        .context = context,
        .random = &operation->random,
        .stop = operation->stop,
    });
    return true;
}

static void open_databases(Operation *operation, Plane *plane)
{
    const Environment *environment = operation->environment;

    plane->postgres = memory_new(plane->spec->postgres_count, sizeof *plane->postgres);
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        const PostgresEndpoint *endpoint = &plane->spec->postgres[i];
        char *name = memory_format("%s/%s", plane->spec->name, endpoint->name);

        plane->postgres[i] = postgres_client_new(&(PostgresClientOptions){
            .loop = operation->loop,
            .name = name,
            .ip = endpoint->ip,
            .port = endpoint->port,
            .user = environment->postgres.user,
            .password = operation->postgres_password,
            .database = environment->postgres.database,
            .sslmode = environment->postgres.sslmode,
            .ca_file = environment->postgres.ca_file,
            .certificate_file = environment->postgres.certificate_file,
            .key_file = environment->postgres.key_file,
            .stop = operation->stop,
        });
        free(name);
    }
}

static bool open_planes(Operation *operation, Error *err)
{
    for (int i = 0; i < 2; i++) {
        Plane *plane = &operation->planes[i];

        plane->spec = &operation->environment->planes[i];
        if (!open_kube(operation, plane->spec->context, &plane->kube, err))
            return error_wrap(err, "plane %s", plane->spec->name);
        if (operation->is_unplanned || operation->does_without_standby)
            kube_client_patience(plane->kube, PATIENCE_WITH_LOST_MS);
        open_databases(operation, plane);
    }
    return true;
}

static bool open_control_planes(Operation *operation, Error *err)
{
    size_t count = operation->environment->control_plane_count;

    operation->control_planes = memory_new(count, sizeof *operation->control_planes);
    operation->control_plane_count = count;
    for (size_t i = 0; i < count; i++) {
        ControlPlane *site = &operation->control_planes[i];

        site->spec = &operation->environment->control_planes[i];
        if (!open_kube(operation, site->spec->context, &site->kube, err))
            return error_wrap(err, "control plane %s", site->spec->name);
    }
    return true;
}

static bool read_elastic(Operation *operation, Error *err)
{
    const char *password = operation->environment->elastic.password_file;
    const char *ca = operation->environment->elastic.ca_file;

    return (!password || secret_read(password, &operation->elastic_password, err)) &&
           (!ca || file_read(ca, &operation->elastic_ca_pem, NULL, err));
}

static bool read_secrets(Operation *operation, Error *err)
{
    const Environment *environment = operation->environment;

    return (!environment->front.password_file ||
            secret_read(environment->front.password_file, &operation->front_password, err)) &&
           secret_read(environment->postgres.password_file, &operation->postgres_password, err) &&
           (!environment->dns.key_file ||
            dns_key_read(environment->dns.key_file, &operation->key, err)) &&
           (!environment->front.ca_file ||
            file_read(environment->front.ca_file, &operation->front_ca_pem, NULL, err)) &&
           read_elastic(operation, err) &&
           kubeconfig_read(environment->kubeconfig, &operation->kubeconfig, err);
}

bool operation_open(Operation *operation, Error *err)
{
    operation->https = https_client_new(operation->loop, "understudy");
    https_client_stop_on(operation->https, operation->stop);
    operation->dns = dns_client_new(operation->loop, &operation->random, operation->stop);
    operation->record = cJSON_CreateObject();
    return read_secrets(operation, err) && open_planes(operation, err) &&
           open_control_planes(operation, err);
}

void operation_set_roles(Operation *operation, Plane *active)
{
    cJSON *data = cJSON_CreateObject();

    operation->active = active;
    operation->standby = &operation->planes[active == &operation->planes[0]];
    operation->serving = operation->hands_over ? operation->standby : active;
    json_put_string(operation->record, "roles/active", active->spec->name);
    json_put_string(operation->record, "roles/standby", operation->standby->spec->name);
    json_put_string(data, "procedure", operation->procedure);
    json_put_string(data, "active", active->spec->name);
    json_put_string(data, "standby", operation->standby->spec->name);
    trace_add(operation->trace, "engine", "engine.roles", data, "%s is the active, %s the standby",
              active->spec->name, operation->standby->spec->name);
}

void operation_ignore_stop(Operation *operation)
{
    https_client_stop_on(operation->https, NULL);
    for (int i = 0; i < 2; i++)
        kube_client_stop_on(operation->planes[i].kube, NULL);
    for (size_t i = 0; i < operation->control_plane_count; i++)
        kube_client_stop_on(operation->control_planes[i].kube, NULL);
}

static void close_plane(Plane *plane)
{
    for (size_t i = 0; plane->postgres && i < plane->spec->postgres_count; i++)
        postgres_client_free(plane->postgres[i]);
    free(plane->postgres);
    kube_client_free(plane->kube);
}

void operation_close(Operation *operation)
{
    for (size_t i = 0; i < operation->control_plane_count; i++)
        kube_client_free(operation->control_planes[i].kube);
    free(operation->control_planes);
    for (int i = 0; i < 2; i++)
        close_plane(&operation->planes[i]);
    dns_client_free(operation->dns);
    https_client_free(operation->https);
    kubeconfig_free(operation->kubeconfig);
    dns_key_release(&operation->key);
    secret_forget(operation->front_password);
    for (int i = 0; i < 2; i++)
        secret_forget(operation->front_tokens[i]);
    secret_forget(operation->postgres_password);
    secret_forget(operation->elastic_password);
    free(operation->elastic_ca_pem);
    free(operation->front_ca_pem);
    cJSON_Delete(operation->record);
}

void operation_warn(Operation *operation, const char *check, const char *format, ...)
{
    cJSON *data = cJSON_CreateObject();
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_put_string(data, "check", check);
    json_put_string(data, "text", text);
    if (operation->journal) {
        cJSON *entry = cJSON_Duplicate(data, true);

        json_put_string(entry, "type", "warning");
        journal_append(operation->journal, entry, NULL);
    }
    trace_add(operation->trace, "engine", "engine.warning", data, "%s: %s", check, text);
}

void operation_debt(Operation *operation, const char *format, ...)
{
    cJSON *debts = json_find(operation->record, "debts");
    const cJSON *debt;
    char text[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!debts) {
        debts = cJSON_CreateArray();
        json_put(operation->record, "debts", debts);
    }
    cJSON_ArrayForEach(debt, debts)
    {
        if (strcmp(debt->valuestring, text) == 0)
            return;
    }
    cJSON_AddItemToArray(debts, cJSON_CreateString(text));
}
