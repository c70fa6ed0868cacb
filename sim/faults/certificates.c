/*
 * sim/faults/certificates.c - certificates between the desk and the API servers whose time is over.
 *
 * They are real ones: the peer judges them by its clock. A connection that was made before lives on; the API server asks at each
 * request whether its client's certificate is still valid.
 */
#include "sim/faults/table.h"

typedef struct {
    const char *cluster;
} ServerArguments;

static const Field SERVER_FIELDS[] = {
    {"cluster", FIELD_TEXT, offsetof(ServerArguments, cluster), true, "mp1, mp2 or cp-0001", NULL},
};

static void single_out(World *world, const void *arguments)
{
    cluster_side_single_out(world->clusters, ((const ServerArguments *)arguments)->cluster);
}

static void expire(World *world, ArmedFault *fault, const void *arguments)
{
    cluster_side_expire(world->clusters, ((const ServerArguments *)arguments)->cluster,
                        fault_prove_by_refusal(fault));
}

static void renew(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    cluster_side_expire(world->clusters, ((const ServerArguments *)arguments)->cluster, NULL);
}

const FaultType FAULT_SERVER_CERTIFICATE_EXPIRED = {
    .name = "serverCertificateExpired",
    .summary = "an API server shows a certificate that has expired",
    .dossier = "F-019",
    .witness = "the handshake that a client broke off",
    .fields = SERVER_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(ServerArguments),
    .prepare = single_out,
    .inject = expire,
    .clear = renew,
};

typedef struct {
    int64_t after_ms;
} ClientArguments;

static const Field CLIENT_FIELDS[] = {
    {"after", FIELD_DURATION, offsetof(ClientArguments, after_ms), false,
     "since the world began; none: it has expired already", NULL},
};

static void limit_user(World *world, ArmedFault *fault, const void *arguments)
{
    int64_t after_ms = ((const ClientArguments *)arguments)->after_ms;

    fault_prove_by_event(fault, EVENT_KUBE_REQUEST, NULL, ": 401");
    cluster_side_limit_user(world->clusters, world->began_ms + after_ms);
}

const FaultType FAULT_CLIENT_CERTIFICATE_EXPIRES = {
    .name = "clientCertificateExpires",
    .summary = "the client certificate of the desk expires",
    .dossier = "F-021",
    .witness = "a request that was answered 401",
    .fields = CLIENT_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(ClientArguments),
    .inject = limit_user,
};
