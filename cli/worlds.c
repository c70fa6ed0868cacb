/*
 * cli/worlds.c - what flags say of a world: --world FILE, --postgres KIND.
 */
#include "cli/worlds.h"

#include <string.h>

bool worlds_read(const char *path, WorldParameters *parameters, Error *err)
{
    YamlDocument *document = NULL;
    const cJSON *mapping;
    bool ok;

    if (!path)
        return true;
    if (!yaml_read(path, &document, err))
        return false;
    mapping = cJSON_GetObjectItemCaseSensitive(yaml_root(document), "world");
    ok = mapping ? world_parameters_read(document, mapping, parameters, err)
                 : yaml_error(document, yaml_root(document), err, "expected a `world:` mapping");
    yaml_free(document);
    return ok;
}

bool worlds_read_postgres(const char *kind, WorldParameters *parameters, Error *err)
{
    if (!kind)
        return true;
    if (strcmp(kind, "real") != 0 && strcmp(kind, "fake") != 0)
        return error_set(err, ERR_INPUT, "--postgres: expected fake or real, not %s", kind);
    parameters->postgres = strcmp(kind, "real") == 0 ? WORLD_POSTGRES_REAL : WORLD_POSTGRES_FAKE;
    return true;
}
