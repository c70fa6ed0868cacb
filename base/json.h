/*
 * base/json.h - cJSON trees, read by path and never half trusted.
 *
 * A path is keys joined by '/', array elements by number: "spec/template/spec/containers/0/name".
 * A key that holds a '/' itself is reached with cJSON's own calls. Everything that reads accepts NULL
 * for the tree and answers as if the thing were absent.
 * Ownership: trees are cJSON_Delete'd by whoever made them; found nodes and texts are borrowed.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/error.h"

/* Parses exactly one JSON value. Fails with ERR_INPUT, naming the byte where it stops. */
bool json_parse(const char *text, size_t length, cJSON **out_json, Error *err);

/* Compact text; free() it. */
char *json_text(const cJSON *json);

cJSON *json_find(const cJSON *json, const char *path);
const char *json_string(const cJSON *json, const char *path); /* NULL if absent or no string */
const char *json_string_or(const cJSON *json, const char *path, const char *otherwise);
int64_t json_integer_or(const cJSON *json, const char *path, int64_t otherwise);
bool json_bool_or(const cJSON *json, const char *path, bool otherwise);
bool json_has(const cJSON *json, const char *path); /* present and not null */

/* Puts value (owned from now on) at the path, making objects on the way; replaces what is there. */
void json_put(cJSON *json, const char *path, cJSON *value);
void json_put_string(cJSON *json, const char *path, const char *text);
void json_put_integer(cJSON *json, const char *path, int64_t value);
void json_put_bool(cJSON *json, const char *path, bool value);
void json_remove(cJSON *json, const char *path);

/* Same content, object keys in any order. */
bool json_equal(const cJSON *a, const cJSON *b);

/* RFC 7396: patches target in place (target may become another type: the result is returned). */
cJSON *json_merge_patch(cJSON *target, const cJSON *patch);

/* base64 (RFC 4648, with padding); free() what comes out. Decoding fails with ERR_INPUT. */
char *json_base64(const void *bytes, size_t length);
bool json_base64_decode(const char *text, char **out_bytes, size_t *out_length, Error *err);
/* base64url without padding, as in JWTs (RFC 7515, section 2). */
char *json_base64url(const void *bytes, size_t length);
bool json_base64url_decode(const char *text, size_t text_length, char **out_bytes,
                           size_t *out_length, Error *err);

#endif
