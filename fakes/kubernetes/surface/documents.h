/*
 * fakes/kubernetes/surface/documents.h - documents that take long to make and are asked for often: discovery and OpenAPI.
 *
 * A document is made when somebody first asks for it, and again once the kinds of its cluster have changed. Clusters that
 * have only built-in kinds share theirs. At most KUBE_DOCUMENTS_BYTES are kept, those asked for last; of one that was let go
 * its ETag stays, so that the index of the OpenAPI documents is cheap.
 *
 * Ownership: what kube_document returns is borrowed until the next call on the same documents.
 */
#ifndef FAKES_KUBERNETES_SURFACE_DOCUMENTS_H
#define FAKES_KUBERNETES_SURFACE_DOCUMENTS_H

#include "base/buffer.h"
#include "fakes/kubernetes/cluster.h"

enum { KUBE_DOCUMENTS_BYTES = 4 * 1024 * 1024, KUBE_DOCUMENTS_MAX = 256, KUBE_ETAG_SIZE = 129 };

typedef struct KubeDocuments KubeDocuments;

typedef struct {
    const char *text;
    size_t length;
    int64_t made_ms;  /* when, on the wall clock */
    const char *etag; /* SHA-512 of the text, as upper-case hexadecimal digits */
} KubeDocument;

/* Adds the document of that name to an empty buffer. */
typedef void KubeDocumentMaker(const KubeCluster *cluster, const char *name, Buffer *text);

KubeDocuments *kube_documents_new(void);
void kube_documents_free(KubeDocuments *documents);

KubeDocument kube_document(KubeDocuments *documents, const KubeCluster *cluster, const char *name,
                           KubeDocumentMaker *maker);
/* Its ETag alone. */
const char *kube_document_etag(KubeDocuments *documents, const KubeCluster *cluster,
                               const char *name, KubeDocumentMaker *maker);

#endif
