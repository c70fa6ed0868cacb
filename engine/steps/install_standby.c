/*
 * engine/steps/install_standby.c - helm installs a standby with the active's values, but for what tells it whom to follow.
 *
 * Source: domain.md 8.4 (9) [DOC SD1]: the same values file with two changes, the certificates (`install.values`) and the endpoint. The permanent
 * name and never the floating one (F-904), and the port a number (X2).
 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/release.h"
#include "engine/restore/values.h"
#include "engine/steps/steps.h"

static void observe_install(Operation *operation, Observation *out)
{
    const char *name = operation->standby->spec->name;
    bool is_there;
    Error why = {0};

    if (!see_release(operation->standby, &is_there, &why)) {
        observe_error(out, &why);
    } else if (is_there) {
        observe_holds(out, "the operator of %s and its ManagementPlane are there", name);
    } else {
        observe_pending(out, "%s has no operator and no ManagementPlane yet", name);
        out->act_again = true;
    }
}

static void put_endpoint(const Operation *operation, cJSON *values)
{
    static const char ENDPOINT[] = "spec/highAvailability/standby/activeMpSynchronizationEndpoint";
    cJSON *endpoint = cJSON_CreateObject();

    json_put_string(endpoint, "host", operation->active->spec->permanent_name);
    json_put_integer(endpoint, "port", operation->environment->front.port);
    json_put_bool(endpoint, "selfSigned", operation->environment->front.ca_file != NULL);
    json_remove(values, "spec/highAvailability");
    json_put(values, ENDPOINT, endpoint);
}

/* As helm was given them. */
static bool read_release(const Operation *operation, cJSON **out_values, Error *err)
{
    HelmCluster cluster = release_cluster(operation, operation->active);
    YamlDocument *document = NULL;
    char *text = NULL;
    bool ok = helm_values(&cluster, operation->active->spec->install.release, &text, err) &&
              yaml_parse("values of the active", text, strlen(text), &document, err);

    if (ok) {
        *out_values = cJSON_Duplicate(yaml_root(document), true);
        secrets_wipe(yaml_root(document));
    }
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
    yaml_free(document);
    return ok;
}

/* An active that was installed without helm, or whose release is gone. */
static bool read_resource(const Operation *operation, cJSON **out_values, Error *err)
{
    cJSON *resource = NULL;

    if (!see_management_plane(operation->active, &resource, err))
        return false;
    *out_values = values_of_resource(resource);
    cJSON_Delete(resource);
    return true;
}

bool standby_values(const Operation *operation, cJSON **out_values, Error *err)
{
    Error why = {0};

    if (!read_release(operation, out_values, &why)) {
        if (why.code != ERR_NOT_FOUND)
            return error_set(err, why.code, "%s", why.message);
        if (!read_resource(operation, out_values, err))
            return false;
    }
    put_endpoint(operation, *out_values);
    return true;
}

static bool install(Operation *operation, Error *err)
{
    cJSON *values = NULL;
    char *text;
    bool ok;

    if (!standby_values(operation, &values, err))
        return false;
    json_put_bool(operation->record, "restore/install", true);
    text = yaml_text(values);
    ok = release_install(operation, operation->standby, text, err);
    explicit_bzero(text, strlen(text));
    free(text);
    secrets_wipe(values);
    cJSON_Delete(values);
    return ok;
}

static bool uninstall(Operation *operation, Error *err)
{
    return release_uninstall(operation, operation->standby, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms;
}

const Step STEP_INSTALL_STANDBY = {
    .id = "IP9a",
    .name = "install",
    .why = "the standby is what the active is, and follows it",
    .never = "believe helm: neither when it says yes nor when it says no",
    .observe = observe_install,
    .act = install,
    .undo = uninstall,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see what helm says: chart, version, values, and the rights that it has",
};
