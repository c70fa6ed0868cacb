/*
 * engine/steps/install.c - helm installs the plane; that it did is seen in the cluster.
 *
 * Source: domain.md RR5, RR6; F-819. Helm makes objects and goes; all else is the operator's, and the next steps'.
 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/ground.h"
#include "engine/restore/order.h"
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

/* As text for helm; wiped and free()'d by the caller. */
static bool write_values(Operation *operation, char **out_text, Error *err)
{
    Backup backup = {0};
    cJSON *values = NULL;
    bool ok = restore_open(operation, &backup, err) && restore_base_values(&backup, &values, err);

    if (ok) {
        *out_text = yaml_text(values);
        secrets_wipe(values);
    }
    cJSON_Delete(values);
    backup_release(&backup);
    return ok;
}

static bool install(Operation *operation, Error *err)
{
    char *values = NULL;
    bool ok;

    if (!write_values(operation, &values, err))
        return false;
    json_put_bool(operation->record, "restore/install", true);
    ok = release_install(operation, operation->standby, values, err);
    explicit_bzero(values, strlen(values));
    free(values);
    return ok;
}

/* In a namespace that is not ours what the operator made stays; at least it serves nobody. */
static bool silence(Operation *operation, Error *err)
{
    static const char *const NAMES[] = {"tsb", "iam", "envoy"};

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        DeploymentView view;

        if (!see_deployment(operation->standby, NAMES[i], &view, err) ||
            (view.exists && view.wanted > 0 &&
             !scale_deployment(operation, operation->standby, NAMES[i], 0, err)))
            return false;
    }
    operation_debt(operation, "what the operator made in namespace %s of %s is still there",
                   operation->standby->spec->ns, operation->standby->spec->name);
    return true;
}

static bool uninstall(Operation *operation, Error *err)
{
    bool is_ours;

    return release_uninstall(operation, operation->standby, err) &&
           ground_is_ours(operation, &is_ours, err) && (is_ours || silence(operation, err));
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms;
}

const Step STEP_INSTALL = {
    .id = "RR6",
    .name = "install",
    .phase = "install",
    .why = "the new cluster gets what the lost one had",
    .never = "believe helm: neither when it says yes nor when it says no",
    .observe = observe_install,
    .act = install,
    .undo = uninstall,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see what helm says: chart, version, values, and the rights that it has",
};
