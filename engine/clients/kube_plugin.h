/*
 * engine/clients/kube_plugin.h - what an exec credential plug-in is told, and what it answers.
 *
 * Source: client.authentication.k8s.io/v1 and v1beta1, ExecCredential; Kubernetes, "client-go credential plugins".
 * Texts only; who runs it is kube_identity.h. No error quotes an answer, which holds secrets.
 */
#ifndef ENGINE_CLIENTS_KUBE_PLUGIN_H
#define ENGINE_CLIENTS_KUBE_PLUGIN_H

#include <stdint.h>

#include "base/json.h"

/* What stands in KUBERNETES_EXEC_INFO; cluster: spec.cluster, consumed, or NULL. No terminal is ever offered. free() it. */
char *kube_plugin_info(const char *api_version, cJSON *cluster);

/* Texts are NULL where the plug-in gives none; kube_plugin_answer_release() it. */
typedef struct {
    char *token, *client_certificate_pem, *client_key_pem;
    int64_t expires_ms; /* wall clock; INT64_MAX: it does not say */
} KubePluginAnswer;

/* Fails with ERR_PROTOCOL. */
bool kube_plugin_answer(const char *text, size_t length, const char *api_version,
                        KubePluginAnswer *out_answer, Error *err);
void kube_plugin_answer_release(KubePluginAnswer *answer); /* wipes it */

#endif
