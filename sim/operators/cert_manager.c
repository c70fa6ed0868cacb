/*
 * sim/operators/cert_manager.c - cert-manager in a management plane's cluster.
 *
 * An issuer is ready a moment after it was made. A Certificate whose issuer is ready gets its Secret, signed by the world's authority
 * whatever kind of issuer it is, and is Ready; if its Secret goes, it is issued again. Without the issuer, or while cert-manager has no pod,
 * it waits (F-316).
 */
#include "sim/operators/cert_manager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controller.h"
#include "sim/controllers/facts.h"
#include "sim/objects.h"

static const char NS[] = "cert-manager";
static const char CERTIFICATES[] = "certificates.cert-manager.io";
enum { NAMES_MAX = 16, RETRY_MS = 5000, DAY_MS = 86400000, LIFE_DAYS = 90, RENEW_DAYS = 30 };

struct CertManager {
    Plane *plane;
    Controller *issuers, *controller; /* of both kinds of issuers, of Certificates */
};

static bool is_running(const CertManager *self)
{
    return controllers_ready(self->plane->controllers, NS, "cert-manager") > 0;
}

/* ---- issuers ------------------------------------------------------------------------------------------------------------------------- */

static const char *resource_of_issuer(const char *ns)
{
    return *ns ? "issuers.cert-manager.io" : "clusterissuers.cert-manager.io";
}

static void reconcile_issuer(void *owner, const char *ns, const char *name)
{
    CertManager *self = owner;
    const char *resource = resource_of_issuer(ns);
    const cJSON *issuer = controller_read(self->issuers, resource, ns, name);
    cJSON *status, *conditions;

    if (!issuer || fact_condition_is(issuer, "Ready", "True"))
        return;
    if (!is_running(self)) {
        controller_after(self->issuers, ns, name, RETRY_MS);
        return;
    }
    conditions = cJSON_CreateArray();
    fact_put_condition(conditions, &(Condition){"Ready", "True", "IsReady", "Signing CA verified",
                                                false, false});
    status = cJSON_CreateObject();
    cJSON_AddItemToObject(status, "conditions", conditions);
    controller_status(self->issuers, resource, ns, name, status);
}

static void on_issuer(void *owner, const KubeChange *change)
{
    CertManager *self = owner;

    if (change->type != KUBE_DELETED)
        controller_dirty_object(self->issuers, change->object);
}

/* ---- Certificates -------------------------------------------------------------------------------------------------------------------- */

static bool has_issuer(CertManager *self, const cJSON *wish, const char *ns)
{
    bool is_of_cluster =
        strcmp(json_string_or(wish, "spec/issuerRef/kind", "Issuer"), "ClusterIssuer") == 0;
    const char *from = is_of_cluster ? "" : ns;

    return fact_condition_is(controller_read(self->controller, resource_of_issuer(from), from,
                                             json_string_or(wish, "spec/issuerRef/name", "")),
                             "Ready", "True");
}

static Certificate *issue(const CertManager *self, const cJSON *wish)
{
    const char *names[NAMES_MAX + 1] = {NULL};
    int count = 0;
    const cJSON *name;

    cJSON_ArrayForEach(name, json_find(wish, "spec/dnsNames"))
    {
        if (cJSON_IsString(name) && count < NAMES_MAX)
            names[count++] = name->valuestring;
    }
    return pki_issue(self->plane->world->pki,
                     &(CertificateOptions){.common_name =
                                               json_string_or(wish, "spec/commonName",
                                                              count > 0 ? names[0]
                                                                        : fact_name(wish)),
                                           .names = names});
}

static void put_data(cJSON *secret, const char *key, const char *text)
{
    char *encoded = json_base64(text, strlen(text));

    cJSON_AddStringToObject(json_find(secret, "data"), key, encoded);
    free(encoded);
}

static bool write_secret(CertManager *self, const cJSON *wish, const char *ns, const char *name)
{
    Certificate *certificate = issue(self, wish);
    cJSON *secret =
        object_format("{'metadata':{'name':'%s'},'type':'kubernetes.io/tls','data':{}}", name);

    world_keep_secret(self->plane->world, certificate_key_pem(certificate));
    put_data(secret, "tls.crt", certificate_pem(certificate));
    put_data(secret, "tls.key", certificate_key_pem(certificate));
    put_data(secret, "ca.crt", pki_ca_pem(self->plane->world->pki));
    certificate_free(certificate);
    return controller_create(self->controller, "secrets", ns, secret);
}

static void show(CertManager *self, const cJSON *wish, const char *ns, const char *name,
                 const char *reason, const char *message)
{
    bool is_ready = strcmp(reason, "Ready") == 0;
    const cJSON *old = json_find(wish, "status/conditions");
    cJSON *conditions = old ? cJSON_Duplicate(old, true) : cJSON_CreateArray();
    cJSON *status = cJSON_CreateObject();
    int64_t now = clock_wall_ms();
    char when[CLOCK_TEXT_MAX];

    fact_put_condition(conditions, &(Condition){"Ready", is_ready ? "True" : "False", reason,
                                                message, false, false});
    cJSON_AddItemToObject(status, "conditions", conditions);
    if (is_ready) {
        json_put_integer(status, "revision", json_integer_or(wish, "status/revision", 0) + 1);
        json_put_string(status, "notBefore", clock_rfc3339(now, when));
        json_put_string(status, "notAfter", clock_rfc3339(now + (int64_t)LIFE_DAYS * DAY_MS, when));
        json_put_string(status, "renewalTime",
                        clock_rfc3339(now + (int64_t)(LIFE_DAYS - RENEW_DAYS) * DAY_MS, when));
    }
    controller_status(self->controller, CERTIFICATES, ns, name, status);
}

static void reconcile(void *owner, const char *ns, const char *name)
{
    CertManager *self = owner;
    const cJSON *wish = controller_read(self->controller, CERTIFICATES, ns, name);
    char secret[256];
    bool has_secret;

    if (!wish)
        return;
    snprintf(secret, sizeof secret, "%s", json_string_or(wish, "spec/secretName", ""));
    has_secret = *secret && controller_read(self->controller, "secrets", ns, secret);
    if (has_secret && fact_condition_is(wish, "Ready", "True"))
        return;
    if (!is_running(self) || !has_issuer(self, wish, ns)) {
        if (is_running(self))
            show(self, wish, ns, name, "DoesNotExist",
                 "Issuing certificate as Secret does not exist");
        controller_after(self->controller, ns, name, RETRY_MS);
    } else if (has_secret || write_secret(self, wish, ns, secret)) {
        show(self, wish, ns, name, "Ready", "Certificate is up to date and has not expired");
    }
}

static void on_certificate(void *owner, const KubeChange *change)
{
    CertManager *self = owner;

    if (change->type != KUBE_DELETED)
        controller_dirty_object(self->controller, change->object);
}

typedef struct {
    CertManager *self;
    const char *secret;
} Search;

static bool look_for_wish(void *data, const cJSON *wish)
{
    Search *search = data;

    if (strcmp(json_string_or(wish, "spec/secretName", ""), search->secret) == 0)
        controller_dirty_object(search->self->controller, wish);
    return true;
}

/* One of its Secrets is gone. */
static void on_secret(void *owner, const KubeChange *change)
{
    CertManager *self = owner;
    Search search = {self, fact_name(change->object)};

    if (change->type == KUBE_DELETED)
        kube_each(self->plane->cluster, CERTIFICATES, fact_ns(change->object), NULL, look_for_wish,
                  &search);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------- */

static Controller *make(CertManager *self, const char *name,
                        void (*sync)(void *owner, const char *ns, const char *name))
{
    return controller_new(&(ControllerOptions){
        .world = self->plane->world,
        .cluster = self->plane->cluster,
        .lane = self->plane->name,
        .name = name,
        .manager = "cert-manager",
        .delay = {200, 2000},
        .sync = sync,
        .owner = self
    });
}

CertManager *cert_manager_new(Plane *plane)
{
    CertManager *self = MEMORY_NEW(CertManager);

    self->plane = plane;
    self->issuers = make(self, "cert-manager-issuers", reconcile_issuer);
    self->controller = make(self, "cert-manager-certificates", reconcile);
    controller_watch(self->issuers, "issuers.cert-manager.io", on_issuer);
    controller_watch(self->issuers, "clusterissuers.cert-manager.io", on_issuer);
    controller_watch(self->controller, CERTIFICATES, on_certificate);
    controller_watch(self->controller, "secrets", on_secret);
    return self;
}

void cert_manager_free(CertManager *self)
{
    if (!self)
        return;
    controller_free(self->issuers);
    controller_free(self->controller);
    free(self);
}
