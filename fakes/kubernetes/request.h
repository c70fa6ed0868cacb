/*
 * fakes/kubernetes/request.h - one request on its way through the API server: what it is about, who asks, and its answer.
 *
 * Source: Kubernetes API concepts (paths, verbs), recorded answers of 1.32. Inside this folder only.
 * Ownership: everything lies in the exchange's arena and goes with it.
 */
#ifndef FAKES_KUBERNETES_REQUEST_H
#define FAKES_KUBERNETES_REQUEST_H

#include "base/buffer.h"
#include "fakes/kubernetes/surface/accept.h"
#include "fakes/kubernetes/surface/documents.h"
#include "fakes/kubernetes/server.h"
#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/store.h"
#include "fakes/kubernetes/access/access.h"
#include "fakes/net/http.h"

typedef struct {
    HttpExchange *exchange;
    Arena *arena;
    Loop *loop;
    Trace *trace;
    const FaultPoints *faults;
    KubeCluster *cluster;
    const char *ca_pem; /* may be NULL */
    KubeUser user;      /* as whom it is done; "system:anonymous" if it proved nothing */
    KubeUser *login;    /* who does so as somebody else; NULL: user itself */
    const struct KubeTokens *tokens;
    bool is_allowed;
    const char *reason;      /* why; "" if nobody said, NULL before it was asked */
    struct KubeAudit *audit; /* NULL: nobody keeps one */
    int64_t received_ms;
    const char *source; /* its address, for the audit; NULL: none */
    const char *path;   /* below the cluster: "/api/v1/..." */
    const char *
        verb; /* "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection" */

    /* NULL and "" for a path that is about no resource: discovery, health, version. */
    const KubeKind *kind;
    const char *ns;          /* "" : cluster-scoped, or all namespaces */
    const char *name;        /* "" : the collection */
    const char *subresource; /* "", "status", "scale", "log" */

    KubeAccept accept;        /* what the answer is to look like */
    KubeDocuments *documents; /* of the server */
    const char *audit_id;     /* what the answer's Audit-Id says; NULL: it has none */
    KubeAdmission admission;  /* of a write: its way past the webhooks */
    bool is_resumed;          /* it waited for one, and is done anew */
    int64_t version_before;   /* the cluster's counter as the request came */
} KubeRequest;

/* Reads the path: false with a 404, or with code 0 where the answer is the plain text "404 page not found". */
bool request_route(KubeRequest *request, KubeStatus *status);
/* Chooses the verb, or refuses the method with 405. */
bool request_choose_verb(KubeRequest *request, KubeStatus *status);
/* What it asks for, as roles are asked. */
KubeAttributes request_attributes(const KubeRequest *request);
/* 403 unless the user may. */
bool request_authorize(KubeRequest *request, KubeStatus *status);
/* The refusal itself. */
bool request_forbid(const KubeRequest *request, KubeStatus *status);
/* "deployments/scale" in the arena; the path if it is about no resource. */
const char *request_resource(const KubeRequest *request);
/* "deployments.apps", "secrets": as cluster.h names kinds. */
const char *request_kind_name(const KubeRequest *request);
/* fieldManager, or what the User-Agent says before its first slash, as the API server would call it. */
const char *request_manager(const KubeRequest *request);
/* What the fault points are asked about. */
FaultCall request_fault_call(const KubeRequest *request);
/* "secrets" may be changed by this request. */
bool request_is_write(const KubeRequest *request);

/* A parameter that must be a number; absent: otherwise. 400 if it is none. */
bool request_integer(const KubeRequest *request, const char *name, int64_t otherwise,
                     int64_t *out_value, KubeStatus *status);
bool request_flag(const KubeRequest *request, const char *name);

/* ---- answers: each completes the exchange and, for writes and failures, leaves an event in the trace ---- */

/* text is JSON without a newline; it is indented or made YAML if that is asked for. */
void request_answer_text(KubeRequest *request, int code, const char *text, size_t length);
void request_answer_json(KubeRequest *request, int code, cJSON *json); /* owned from now on */
void request_answer_object(KubeRequest *request, int code, const KubeObject *object);
void request_answer_plain(KubeRequest *request, int code, const char *text);
/* A Status that says that it is done, where there is no object to show. */
void request_answer_success(KubeRequest *request, int code);
void request_refuse(KubeRequest *request, KubeStatus *status); /* releases status */
/* The Status object itself; cJSON_Delete() it. */
cJSON *request_status_json(const KubeStatus *status);
/*
 * What every answer says in its head, for those who write one themselves: before http_answer and http_begin.
 * cache_control NULL: it is not to be kept.
 */
void request_add_headers(const KubeRequest *request, int code, const char *cache_control);
/* The document, or 304 if the client has it. */
void request_answer_document(KubeRequest *request, KubeDocument document, const char *cache_control,
                             const char *content_type);
/* A "Warning: 299" header, which kubectl prints: "unknown field \"spec.x\"". Before the answer; any number of them. */
void request_warn(const KubeRequest *request, const char *text);
/* 406 if nothing that the client accepts can be made. */
bool request_check_accept(const KubeRequest *request, KubeStatus *status);
/* Gives it an Audit-Id; audit NULL: none. */
void request_begin_audit(KubeRequest *request, KubeAudit *audit);
/* "ResponseStarted" of a stream, "ResponseComplete" of everything. */
void request_audit(const KubeRequest *request, const char *stage, int code);
/* The request ended with this code: for the trace and the audit. */
void request_note(KubeRequest *request, int code);

/* ---- the verbs, one file each or so ---- */

void request_get(KubeRequest *request);
void request_list(KubeRequest *request);
void request_delete_collection(KubeRequest *request);
void request_watch(KubeRequest *request);
/* As the two above if the number, or the token, that the client goes on from is forgotten. */
void request_list_expired(KubeRequest *request);
void request_watch_expired(KubeRequest *request);
void request_follow_log(KubeRequest *request);
void request_write(KubeRequest *request);           /* create, update, patch, delete */
void request_answer_meta(KubeRequest *request);     /* no resource: discovery, version, health */
bool request_answer_openid(KubeRequest *request);   /* false: another path */
void request_answer_eviction(KubeRequest *request); /* pods/NAME/eviction */
void request_answer_binding(KubeRequest *request);  /* pods/NAME/binding */
/* Puts the pod on the node and answers that it is done; false, without an answer, if that cannot be. */
bool request_bind(KubeRequest *request, const cJSON *binding, KubeStatus *status);
void request_answer_review(KubeRequest *request, const cJSON *review);

/* What a list, a watch or a deletecollection selects. */
typedef struct {
    struct Selector *labels, *fields; /* NULL: everything */
} KubeSelection;
bool request_selection(const KubeRequest *request, KubeSelection *out_selection,
                       KubeStatus *status);
/* The list of what is selected, as text. */
Buffer request_list_text(KubeRequest *request, const KubeSelection *selection);
bool selection_has(const KubeSelection *selection, const KubeObject *object);

/* resourceVersion: -1 if unset. 500 if it is no number. */
bool request_version(const KubeRequest *request, int64_t *out_version, KubeStatus *status);

/* The body as JSON, whatever it came as; cJSON_Delete() it. 400 or 415 if it cannot be read. */
bool request_body(const KubeRequest *request, cJSON **out_body, KubeStatus *status);
/* As above, and of the kind that the path says (filled in where core types leave it out). */
bool request_object(const KubeRequest *request, cJSON **out_object, KubeStatus *status);

#endif
