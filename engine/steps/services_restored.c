/*
 * engine/steps/services_restored.c - the services of a plane that was just installed are up; if not, why, as far as its pods tell.
 *
 * Source: domain.md RR6, RR7; F-814, F-815, F-818, F-819, F-823. Nobody's name leads there yet: it may take its time, and be looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

/* What a container that does not run says of itself. */
static const char *waiting_reason(const cJSON *pod)
{
    return json_string_or(pod, "status/containerStatuses/0/state/waiting/reason", "");
}

static bool is_about_images(const char *reason)
{
    return strcmp(reason, "ImagePullBackOff") == 0 || strcmp(reason, "ErrImagePull") == 0;
}

static void observe_image(const cJSON *pod, Observation *out)
{
    const char *name = json_string_or(pod, "metadata/name", "?");

    snprintf(out->text, sizeof out->text, "pod/%.80s: %s of %.120s", name, waiting_reason(pod),
             json_string_or(pod, "spec/containers/0/image", "?"));
    observe_if_late(out, "F-818", "images that the new cluster can pull",
                    "kubectl describe pods -n NAMESPACE",
                    "no name was changed: open the way to the registry, or mirror the images and "
                    "say so in install.values (image.registry), then `understudy resume`");
}

/* The words of a program that cannot go on, and what that means. */
static const struct {
    const char *deployment, *words, *check, *required, *remedy;
} COMPLAINTS[] = {
    {"tsb", "password authentication failed for user", "F-814",
     "a database that takes the credentials of the values",                                       "no name was changed: correct secrets.postgres in install.values, then `understudy resume`"},
    {"tsb", "connection timed out",                    "F-815", "a database that can be reached",
     "no name was changed: open the firewall to the database, then `understudy resume`"                                                                                                      },
    {"tsb", "i/o timeout",                             "F-815", "a database that can be reached",
     "no name was changed: open the firewall to the database, then `understudy resume`"                                                                                                      },
    {"iam", "cannot read the signing key",             "F-823", "a signing key that is one",
     "no name was changed: see what iam-signing-key holds: text that was encoded twice?"                                                                                                     },
};

/* The last line of its log with those words; "" if there is none. */
static void find_line(const char *log, const char *words, char out_line[200])
{
    const char *at = log, *found = NULL, *start;

    while ((at = strstr(at, words)))
        found = at++;
    *out_line = '\0';
    if (!found)
        return;
    for (start = found; start > log && start[-1] != '\n';)
        start--;
    snprintf(out_line, 200, "%.*s", (int)strcspn(start, "\n"), start);
}

static bool complains(const Plane *plane, const cJSON *pod, size_t row, Observation *out)
{
    KubePath path = {.resource = "v1/pods",
                     .ns = plane->spec->ns,
                     .name = json_string_or(pod, "metadata/name", ""),
                     .subresource = "log",
                     .query = "tailLines=20"};
    char line[200], *log = NULL;

    if (strcmp(json_string_or(pod, "metadata/labels/app", ""), COMPLAINTS[row].deployment) != 0 ||
        !kube_client_get_text(plane->kube, &path, &log, NULL))
        return false;
    find_line(log, COMPLAINTS[row].words, line);
    free(log);
    if (!*line)
        return false;
    snprintf(out->text, sizeof out->text, "%s says: %.199s", COMPLAINTS[row].deployment, line);
    observe_if_late(out, COMPLAINTS[row].check, COMPLAINTS[row].required,
                    "kubectl logs -n NAMESPACE deploy/tsb; deploy/iam", COMPLAINTS[row].remedy);
    return true;
}

/* The first pod that tells why. */
static void find_cause(const Plane *plane, const cJSON *pods, Observation *out)
{
    const cJSON *pod;

    cJSON_ArrayForEach(pod, pods)
    {
        if (is_about_images(waiting_reason(pod))) {
            observe_image(pod, out);
            return;
        }
        if (json_bool_or(pod, "status/containerStatuses/0/ready", false))
            continue;
        for (size_t row = 0; row < sizeof COMPLAINTS / sizeof *COMPLAINTS; row++)
            if (complains(plane, pod, row, out))
                return;
    }
}

static void observe_services(Operation *operation, Observation *out)
{
    KubePath path = {.resource = "v1/pods", .ns = operation->standby->spec->ns};
    cJSON *list = NULL;

    STEP_SERVICES.observe(operation, out);
    if ((out->state != STEP_WAITING && out->state != STEP_PENDING) ||
        !kube_client_get(operation->standby->kube, &path, &list, NULL))
        return;
    find_cause(operation->standby, json_find(list, "items"), out);
    cJSON_Delete(list);
}

static bool raise_leftovers(Operation *operation, Error *err)
{
    return STEP_SERVICES.act(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms;
}

const Step STEP_SERVICES_RESTORED = {
    .id = "RR6b",
    .name = "services",
    .phase = "install",
    .why = "the operator makes keys, databases and services; the cloud gives an address",
    .never = "take helm's time-out for a failure while there is progress",
    .observe = observe_services,
    .act = raise_leftovers,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "no name was changed: see the pods, events and the operator's log of the new plane, "
              "repair, then `understudy resume`",
    .extends_while_progress = true,
    .is_once = true,
};
