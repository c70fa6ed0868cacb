/*
 * conformance/fakes/known.c - the exchanges of the corpus that are known to fail, and why.
 */
#include "conformance/fakes/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

struct Known {
    YamlDocument *document; /* NULL: there is no file */
};

static bool check(const YamlDocument *document, Error *err)
{
    const cJSON *row;

    cJSON_ArrayForEach(row, json_find(yaml_root(document), "known"))
    {
        if (!json_string(row, "case") || !json_string(row, "reason") ||
            (json_has(row, "exchanges") && !cJSON_IsArray(json_find(row, "exchanges"))))
            return yaml_error(document, row, err, "expected case, reason, and a list of exchanges");
    }
    return true;
}

bool known_read(const char *path, Known **out_known, Error *err)
{
    Known *known = MEMORY_NEW(Known);

    if (file_exists(path) &&
        (!yaml_read(path, &known->document, err) || !check(known->document, err))) {
        known_free(known);
        return false;
    }
    *out_known = known;
    return true;
}

void known_free(Known *known)
{
    if (!known)
        return;
    yaml_free(known->document);
    free(known);
}

static bool has_number(const cJSON *numbers, int64_t number)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, numbers)
    {
        if (cJSON_IsNumber(one) && (int64_t)one->valuedouble == number)
            return true;
    }
    return false;
}

const char *known_reason(const Known *known, const char *case_name, int64_t exchange)
{
    const cJSON *row;

    if (!known->document)
        return NULL;
    cJSON_ArrayForEach(row, json_find(yaml_root(known->document), "known"))
    {
        if (strcmp(json_string(row, "case"), case_name) == 0 &&
            (!json_has(row, "exchanges") || has_number(json_find(row, "exchanges"), exchange)))
            return json_string(row, "reason");
    }
    return NULL;
}
