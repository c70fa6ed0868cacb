/*
 * engine/clients/kube_status.h - what an API server's answer means.
 *
 * Private to the kube client. Pure.
 * Source: Kubernetes API conventions, "Response Status Kind"; statuses by RFC 9110, section 15.
 */
#ifndef ENGINE_CLIENTS_KUBE_STATUS_H
#define ENGINE_CLIENTS_KUBE_STATUS_H

#include "base/json.h"
#include "engine/clients/https.h"

typedef struct {
    bool changes_something; /* else it may be asked again without harm */
    bool is_secret;         /* of a Secret: the server's words may quote it */
} KubeQuestion;

/*
 * True for 2xx with a JSON body (any body if out_object is NULL). Else err is set; *out_is_passing says whether nothing was
 * done and asking again may help.
 */
bool kube_status_read(const HttpsReply *reply, const KubeQuestion *question, cJSON **out_object,
                      bool *out_is_passing, Error *err);

#endif
