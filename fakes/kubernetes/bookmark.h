/*
 * fakes/kubernetes/bookmark.h - an object with nothing in it but a number: how far a watch has come.
 *
 * Source: Kubernetes, "Watch bookmarks" and "Streaming lists"; as recorded from 1.32.
 */
#ifndef FAKES_KUBERNETES_BOOKMARK_H
#define FAKES_KUBERNETES_BOOKMARK_H

#include "base/buffer.h"
#include "fakes/kubernetes/kinds.h"

/* ends_initial: what was there when the watch began has been sent. Then it also says what the list would have been without items. */
void bookmark_print(Buffer *buffer, const KubeKind *kind, int64_t version, bool ends_initial);

#endif
