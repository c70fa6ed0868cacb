/*
 * fakes/kubernetes/surface/documents.c - the documents that were asked for last.
 */
#include "fakes/kubernetes/surface/documents.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/store.h"

typedef struct {
    const KubeCluster *cluster; /* NULL: of all that have only built-in kinds */
    int version;                /* of its kinds */
    char *name;
    Buffer text; /* empty: let go */
    int64_t made_ms;
    char etag[KUBE_ETAG_SIZE];
} Entry;

struct KubeDocuments {
    Entry *entries; /* the one asked for last is at the end */
    int count;
    size_t bytes;
};

KubeDocuments *kube_documents_new(void)
{
    return MEMORY_NEW(KubeDocuments);
}

static void drop_text(KubeDocuments *documents, Entry *entry)
{
    documents->bytes -= entry->text.length;
    buffer_release(&entry->text);
}

static void drop_first(KubeDocuments *documents)
{
    Entry *first = &documents->entries[0];

    drop_text(documents, first);
    free(first->name);
    memmove(first, first + 1, (size_t)--documents->count * sizeof *first);
}

void kube_documents_free(KubeDocuments *documents)
{
    if (documents == NULL)
        return;
    while (documents->count > 0)
        drop_first(documents);
    free(documents->entries);
    free(documents);
}

/* ---- finding one ------------------------------------------------------------------------------ */

static const KubeCluster *scope_of(const KubeCluster *cluster)
{
    return cluster->kinds.version > 0 ? cluster : NULL;
}

static Entry *find(KubeDocuments *documents, const KubeCluster *scope, const char *name)
{
    for (int i = documents->count - 1; i >= 0; i--)
        if (documents->entries[i].cluster == scope && strcmp(documents->entries[i].name, name) == 0)
            return &documents->entries[i];
    return NULL;
}

static Entry *add(KubeDocuments *documents, const KubeCluster *scope, const char *name)
{
    Entry *entry;

    if (documents->entries == NULL)
        documents->entries = memory_new(KUBE_DOCUMENTS_MAX, sizeof *documents->entries);
    if (documents->count == KUBE_DOCUMENTS_MAX)
        drop_first(documents);
    entry = &documents->entries[documents->count++];
    *entry = (Entry){.cluster = scope, .name = memory_text(name), .version = -1};
    return entry;
}

static Entry *move_to_end(KubeDocuments *documents, Entry *entry)
{
    Entry *last = &documents->entries[documents->count - 1], moved = *entry;

    memmove(entry, entry + 1, (size_t)(last - entry) * sizeof *entry);
    *last = moved;
    return last;
}

/* ---- making one ------------------------------------------------------------------------------- */

static void write_etag(Entry *entry)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    EVP_Digest(entry->text.data, entry->text.length, digest, &length, EVP_sha512(), NULL);
    for (size_t i = 0; i < length; i++) {
        entry->etag[2 * i] = "0123456789ABCDEF"[digest[i] >> 4];
        entry->etag[2 * i + 1] = "0123456789ABCDEF"[digest[i] & 15];
    }
}

static void let_older_go(KubeDocuments *documents)
{
    for (int i = 0; i < documents->count - 1 && documents->bytes > KUBE_DOCUMENTS_BYTES; i++)
        drop_text(documents, &documents->entries[i]);
}

static void make(KubeDocuments *documents, Entry *entry, const KubeCluster *cluster,
                 KubeDocumentMaker *maker)
{
    drop_text(documents, entry);
    maker(cluster, entry->name, &entry->text);
    documents->bytes += entry->text.length;
    entry->version = cluster->kinds.version;
    entry->made_ms = clock_wall_ms();
    write_etag(entry);
    let_older_go(documents);
}

static Entry *get(KubeDocuments *documents, const KubeCluster *cluster, const char *name,
                  bool needs_text, KubeDocumentMaker *maker)
{
    const KubeCluster *scope = scope_of(cluster);
    Entry *entry = find(documents, scope, name);

    if (entry == NULL)
        entry = add(documents, scope, name);
    entry = move_to_end(documents, entry);
    if (entry->version != cluster->kinds.version || (needs_text && entry->text.length == 0))
        make(documents, entry, cluster, maker);
    return entry;
}

KubeDocument kube_document(KubeDocuments *documents, const KubeCluster *cluster, const char *name,
                           KubeDocumentMaker *maker)
{
    const Entry *entry = get(documents, cluster, name, true, maker);

    return (KubeDocument){entry->text.data, entry->text.length, entry->made_ms, entry->etag};
}

const char *kube_document_etag(KubeDocuments *documents, const KubeCluster *cluster,
                               const char *name, KubeDocumentMaker *maker)
{
    return get(documents, cluster, name, false, maker)->etag;
}
