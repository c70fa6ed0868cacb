/*
 * conformance/fakes/kubernetes.h - the parity corpus: what real API servers answered, asked again of any server.
 *
 * A case is one recorded session: a YAML file of steps in their order. A `given` or `meanwhile` step makes what was there, or what
 * others did, and is not judged; an `exchange` is a request and the answer it must get, modulo what a server chooses by itself
 * (conformance/fakes/variables.h). Exchanges that are listed in known.yaml may fail; one of them that passes is mended, and
 * wants to be taken from the list.
 *
 * Source:    docs/parity.md; recordings of kube-apiserver 1.32.13.
 * Ownership: what a listener gets is borrowed for the call.
 */
#ifndef CONFORMANCE_FAKES_KUBERNETES_H
#define CONFORMANCE_FAKES_KUBERNETES_H

#include "base/yaml.h"
#include "conformance/fakes/parity.h"
#include "engine/clients/https.h"

/* A server, and how the users of the corpus prove themselves to it. Texts are borrowed for the case. */
typedef struct {
    const char *url;        /* without a slash at the end */
    const char *connect_to; /* IP address, or NULL: the URL's host is one */
    HttpsTrust trust;
    const char *admin_token;   /* NULL: the client certificate of trust */
    const char *limited_token; /* NULL: exchanges of the user "limited" are skipped */
} ParityTarget;

typedef struct {
    Loop *loop;
    const char *folder; /* with cases/ and known.yaml */
    const char *only;   /* cases whose name has this in it; NULL: all */
    /*
     * Of a server that belongs to others: what the names of the case's namespaces begin with there. They are deleted at its end, also
     * if it is stopped; what is about the whole cluster is skipped, and counters may run ahead. NULL: the server is ours alone.
     */
    const char *prefix;
    const bool *stop; /* may be NULL */
    /* A server for this case, with nothing in it that the case makes itself. end follows each that did not fail. */
    bool (*begin)(void *owner, const char *case_name, ParityTarget *out_target, Error *err);
    void (*end)(void *owner, const char *case_name);
    /*
     * Lets the garbage collector and the namespace controller do what they have to; NULL: they do by themselves.
     */
    void (*collect)(void *owner);
    /* A container says a line; NULL: nobody can make it. */
    void (*log)(void *owner, const char *ns, const char *pod, const char *line);
    ParityListener *listener; /* may be NULL */
    void *owner;
} ParityOptions;

/* Fails with ERR_IO or ERR_INPUT if a file of the corpus cannot be read, ERR_STOPPED, or as begin does. */
bool parity_run(const ParityOptions *options, ParityTally *out_tally, Error *err);

#endif
