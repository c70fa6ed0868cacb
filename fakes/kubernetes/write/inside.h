/*
 * fakes/kubernetes/write/inside.h - what the files of a write tell one another.
 */
#ifndef FAKES_KUBERNETES_WRITE_INSIDE_H
#define FAKES_KUBERNETES_WRITE_INSIDE_H

#include "fakes/kubernetes/form/rules.h"
#include "fakes/kubernetes/write/write.h"

/* write.c */
Write write_new(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                const KubeWriter *writer, const cJSON **out_object, KubeStatus *status);
void write_set_text(cJSON *json, const char *key, const char *text);
/* The kind as which its objects are stored, in whatever version the writer speaks. */
const KubeKind *write_stored_kind(const Write *write);
/* The write as it goes on when the object is as it is kept. */
Write write_kept(const Write *write);
/* The same object in the writer's version; cJSON_Delete() it. */
cJSON *write_as_written(const KubeKind *kind, const cJSON *kept);
void write_carry_over(cJSON *to, const cJSON *from, const char *key);
/* Who owns which field is noted in the version that was written. */
void write_note_owners(const Write *write, const cJSON *old, cJSON *next);
/* A state that is on its way to the shelf. A definition is told of its own; it answers as it was before that. */
bool write_put(const Write *write, cJSON *json);
/* kind and apiVersion are what the shelf says. */
void write_set_type(const KubeKind *kind, cJSON *json);
/* What the server gives of its own: nobody is noted as its owner. */
bool write_give(const Write *write, const cJSON *old, cJSON *json);

/* body.c */
bool write_check_place(const Write *write, const cJSON *json);
/* Fields that the kind does not have, or that came twice. False, with the reason, if that is not borne. */
bool write_check_fields(const Write *write, const cJSON *json, char out_why[FORM_WHY_MAX]);
bool write_check_form(const Write *write, const cJSON *json);
/* A number that is not the current one refuses the write. is_required: so does none. */
bool write_check_version(const Write *write, const KubeObject *old, const cJSON *json,
                         bool is_required);
bool write_refuse_uid(const Write *write, const char *uid, const char *actual);

/* ask.c */
/* old NULL: a new object. What webhooks make of it is brought into form again. */
bool write_ask_mutating(const Write *write, const cJSON *old, cJSON **json);
bool write_ask_validating(const Write *write, const cJSON *old, const cJSON *json);

/* create.c */
/* json is owned from now on. */
bool write_put_new(const Write *write, cJSON *json);

/* next.c */
/* next is in the writer's version, and owned from now on. */
bool write_version(const Write *write, KubeObject *old, cJSON *next);

/* update.c */
/* Replicas are all that a Scale can change: the workload with them, or NULL if they cannot be. */
cJSON *write_unscale(const Write *write, const KubeObject *old, const cJSON *scale);

/* patch.c */
bool write_check_patched(const Write *write, const KubeObject *old, KubePatch type,
                         const cJSON *patch, const cJSON *patched);

/* apply.c */
/* old NULL: there is none yet. */
bool write_apply_config(const Write *write, KubeObject *old, const cJSON *config);

#endif
