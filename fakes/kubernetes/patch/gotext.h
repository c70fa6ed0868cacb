/*
 * fakes/kubernetes/patch/gotext.h - JSON values as Go's fmt prints them with %v, since the API server's errors quote them so.
 *
 * Source: package fmt, "Printing"; recorded errors of 1.32: map[name:a ports:[map[containerPort:80]]], keys sorted.
 */
#ifndef FAKES_KUBERNETES_PATCH_GOTEXT_H
#define FAKES_KUBERNETES_PATCH_GOTEXT_H

#include "base/buffer.h"
#include "base/json.h"

void go_text(Buffer *buffer, const cJSON *value);

/* text as %q prints it. */
void go_quote(Buffer *buffer, const char *text);

#endif
