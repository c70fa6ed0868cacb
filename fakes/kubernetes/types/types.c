/*
 * fakes/kubernetes/types/types.c - finding a type by its kind, and a field by its name or number.
 */
#include "fakes/kubernetes/types/types.h"

#include <stddef.h>
#include <string.h>

#include "fakes/kubernetes/types/inside.h"

typedef struct {
    const char *api_version;
    const KubeType *const *kinds;
} Group;

static const Group GROUPS[] = {
    {"v1",                              KINDS_CORE           },
    {"v1",                              KINDS_META           },
    {"apps/v1",                         KINDS_APPS           },
    {"events.k8s.io/v1",                KINDS_EVENTS         },
    {"batch/v1",                        KINDS_BATCH          },
    {"autoscaling/v1",                  KINDS_AUTOSCALING_V1 },
    {"autoscaling/v2",                  KINDS_AUTOSCALING_V2 },
    {"networking.k8s.io/v1",            KINDS_NETWORKING     },
    {"rbac.authorization.k8s.io/v1",    KINDS_RBAC           },
    {"policy/v1",                       KINDS_POLICY         },
    {"discovery.k8s.io/v1",             KINDS_DISCOVERY      },
    {"coordination.k8s.io/v1",          KINDS_COORDINATION   },
    {"storage.k8s.io/v1",               KINDS_STORAGE        },
    {"admissionregistration.k8s.io/v1", KINDS_ADMISSION      },
    {"authorization.k8s.io/v1",         KINDS_AUTHORIZATION  },
    {"authentication.k8s.io/v1",        KINDS_AUTHENTICATION },
    {"apiextensions.k8s.io/v1",         KINDS_APIEXTENSIONS  },
    {"certificates.k8s.io/v1",          KINDS_CERTIFICATES   },
    {"scheduling.k8s.io/v1",            KINDS_SCHEDULING     },
    {"node.k8s.io/v1",                  KINDS_NODE           },
    {"flowcontrol.apiserver.k8s.io/v1", KINDS_FLOWCONTROL    },
    {"apiregistration.k8s.io/v1",       KINDS_APIREGISTRATION},
};

/* As what any object can be seen. */
static const Group VIEWS[] = {
    {"meta.k8s.io/v1",      KINDS_VIEWS},
    {"meta.k8s.io/v1beta1", KINDS_VIEWS},
};

enum { GROUP_COUNT = sizeof GROUPS / sizeof *GROUPS, VIEW_COUNT = sizeof VIEWS / sizeof *VIEWS };

const KubeField *kube_type_field(const KubeType *type, const char *name)
{
    for (int i = 0; type->shape == KUBE_OBJECT && i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->is_inline)
            field = kube_type_field(field->type, name);
        else if (*field->name != *name || strcmp(field->name, name) != 0)
            field = NULL;
        if (field != NULL)
            return field;
    }
    return NULL;
}

const KubeField *kube_type_numbered(const KubeType *type, int number)
{
    for (int i = 0; number > 0 && i < type->field_count; i++)
        if (type->fields[i].number == number)
            return &type->fields[i];
    return NULL;
}

/* A client sends DeleteOptions in the version of what it deletes. */
static bool has_version(const KubeType *type, const char *own, const char *wanted)
{
    return strcmp(own, wanted) == 0 || type == &TYPE_DELETE_OPTIONS;
}

static const KubeType *find(const Group *groups, int count, const char *api_version,
                            const char *kind)
{
    for (int i = 0; i < count; i++)
        for (const KubeType *const *type = groups[i].kinds; *type != NULL; type++)
            if (*(*type)->name == *kind && strcmp((*type)->name, kind) == 0 &&
                has_version(*type, groups[i].api_version, api_version))
                return *type;
    return NULL;
}

const KubeType *kube_type_of(const char *api_version, const char *kind)
{
    const KubeType *type = find(GROUPS, GROUP_COUNT, api_version, kind);

    return type != NULL ? type : find(VIEWS, VIEW_COUNT, api_version, kind);
}

const KubeType *kube_type_at(int index, const char **out_api_version)
{
    for (int i = 0; i < GROUP_COUNT; i++)
        for (const KubeType *const *kind = GROUPS[i].kinds; *kind != NULL; kind++)
            if (index-- == 0) {
                *out_api_version = GROUPS[i].api_version;
                return *kind;
            }
    return NULL;
}
