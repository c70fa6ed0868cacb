/*
 * sim/operators/keys.h - the key that a plane's IAM signs with: generated, kept in secrets, read when IAM starts.
 *
 * Source: domain.md section 3, 8.5; X19, F-802, F-823 (the operator generates iam-signing-key if there is none, and tsb-iam-jwks from it).
 */
#ifndef SIM_OPERATORS_KEYS_H
#define SIM_OPERATORS_KEYS_H

#include "sim/inside.h"

/* The operator's: iam-signing-key if there is none, and tsb-iam-jwks if it is not that key's. True if it generated one. */
bool plane_keys_make(Plane *plane);
/* Only the latter: the key may have been exchanged. */
void plane_key_set_make(Plane *plane);

/* What secret iam-signing-key holds; the world's. NULL: there is none, or it is no key. */
SigningKey *plane_key_find(const Plane *plane);

/* A pod of iam starts: from now on the plane signs with that key. */
void plane_key_mount(Plane *plane);

#endif
