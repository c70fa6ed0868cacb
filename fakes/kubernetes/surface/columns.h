/*
 * fakes/kubernetes/surface/columns.h - what `kubectl get` shows of each kind: columns, and how the cells are made.
 *
 * Source: columns as a 1.32 server sends them (pkg/printers/internalversion; apiextensions' additionalPrinterColumns),
 * the descriptions in our words or left out: kubectl does not show them.
 */
#ifndef FAKES_KUBERNETES_SURFACE_COLUMNS_H
#define FAKES_KUBERNETES_SURFACE_COLUMNS_H

#include "base/arena.h"
#include "fakes/kubernetes/cluster.h"

typedef struct Column Column;

/* Owned by the caller. object need not be whole. */
typedef cJSON *Cell(const cJSON *object, const Column *column);

struct Column {
    const char *name, *type, *format;
    int priority; /* 1: only with -o wide */
    Cell *cell;
    const char *
        path; /* what the cell is about, "spec/replicas"; of a custom resource JSONPath; NULL: it knows */
    const char *otherwise; /* what it shows if that is not there */
    const char *about;
};

/* Up to a column without a name; every kind has some. In the arena or for ever. */
const Column *columns_of(Arena *arena, const KubeCluster *cluster, const KubeKind *kind);

#endif
