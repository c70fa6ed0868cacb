/*
 * fakes/kubernetes/form/form.h - a tree against the table of its type: can it be decoded, what in it is unknown, how it is stored.
 *
 * Pure: JSON in, JSON out. The types are those of types.h: built-in tables, or a structural schema (schema.h), whose objects
 * are treated as the API server treats custom resources: nothing is decoded, empty things stay, nulls give way to defaults.
 *
 * Source: Go's encoding/json as sigs.k8s.io/json words it, quantities and times of apimachinery; recorded answers of 1.32.
 */
#ifndef FAKES_KUBERNETES_FORM_FORM_H
#define FAKES_KUBERNETES_FORM_FORM_H

#include <stdbool.h>

#include "base/json.h"
#include "fakes/kubernetes/types/types.h"

/* Whether Go could read json into type. If not, out_why says what Go says of the first thing that does not fit. */
enum { FORM_WHY_MAX = 300 };
bool form_decode(const KubeType *type, const cJSON *json, char out_why[FORM_WHY_MAX]);

/* Adds a text to the array complaints for each field that type does not have: unknown field "spec.foo". */
void form_find_unknown(const KubeType *type, const cJSON *json, cJSON *complaints);
/* Takes out what is there twice, the last one stays, with a text for each: duplicate field "data.a". No table is needed. */
void form_drop_doubles(cJSON *json, cJSON *complaints);

/*
 * As it is stored: unknown fields and nulls gone, defaults set, members in the order in which they are printed. A tree that
 * is in this form already stays as it is.
 */
void form_settle(const KubeType *type, cJSON *json);
/* As above for one member of an object, where the others are known to be settled. */
void form_settle_member(const KubeType *type, cJSON *json, const char *name);

/* What Go prints of a struct of that type with nothing in it, without defaults. cJSON_Delete() it. */
cJSON *form_empty(const KubeType *type);

/* The defaults that are more than a constant of a table, or that the tables do not know: of one object, not of what is in it. */
void form_set_defaults(const KubeType *type, cJSON *json);

/* Whether text is a quantity ("100m", "1.5Gi"); out_why is Go's complaint. */
bool form_read_quantity(const char *text, char out_why[FORM_WHY_MAX]);
/* "0.5" as "500m", "1024Mi" as "1Gi": the way a quantity is printed. free() it; NULL if it is none. */
char *form_print_quantity(const char *text);

#endif
