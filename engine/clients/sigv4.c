/*
 * engine/clients/sigv4.c - how a request to AWS is signed: Signature Version 4.
 */
#include "engine/clients/sigv4.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/buffer.h"

enum { LINES_MAX = 32, MS_PER_S = 1000 };

/* ---- texts ------------------------------------------------------------------------------------ */

static const char *keep(Arena *arena, Buffer *buffer)
{
    const char *text =
        arena_text_of(arena, buffer->data != NULL ? buffer->data : "", buffer->length);

    buffer_release(buffer);
    return text;
}

static const char *hex(Arena *arena, const unsigned char *bytes, size_t length)
{
    Buffer text = {0};

    for (size_t i = 0; i < length; i++)
        buffer_format(&text, "%02x", bytes[i]);
    return keep(arena, &text);
}

static const char *hash(Arena *arena, const char *text)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];

    SHA256((const unsigned char *)text, strlen(text), digest);
    return hex(arena, digest, sizeof digest);
}

static void add_encoded(Buffer *buffer, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte < 128 && (isalnum(byte) || strchr("-_.~", byte)))
            buffer_add_byte(buffer, byte);
        else
            buffer_format(buffer, "%%%02X", byte);
    }
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- path and query --------------------------------------------------------------------------- */

static const char *encoded_parameter(Arena *arena, const char *parameter)
{
    size_t name = strcspn(parameter, "=");
    const char *value = parameter + name + (parameter[name] == '=' ? 1 : 0);
    Buffer text = {0};

    add_encoded(&text, parameter, name);
    buffer_add_byte(&text, '=');
    add_encoded(&text, value, strlen(value));
    return keep(arena, &text);
}

/* Sorted, as it may as well be sent. */
static const char *query(Arena *arena, const Sigv4Request *request)
{
    const char *lines[LINES_MAX] = {NULL};
    size_t count = 0;
    Buffer text = {0};

    for (; request->parameters != NULL && request->parameters[count] != NULL; count++) {
        assert(count < LINES_MAX);
        lines[count] = encoded_parameter(arena, request->parameters[count]);
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        buffer_format(&text, "%s%s", i > 0 ? "&" : "", lines[i]);
    return keep(arena, &text);
}

const char *sigv4_target(Arena *arena, const Sigv4Request *request)
{
    const char *parameters = query(arena, request);

    return arena_format(arena, "%s%s%s", request->path, *parameters != '\0' ? "?" : "", parameters);
}

/* ---- headers ---------------------------------------------------------------------------------- */

typedef struct {
    const char *name, *value; /* in small letters; without what is blank around it */
} Header;

static const char *small(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_text_of(arena, text, length);

    for (char *at = copy; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

/* Blanks in a row count as one. */
static const char *trimmed(Arena *arena, const char *text)
{
    Buffer value = {0};

    for (; *text != '\0'; text++) {
        bool is_blank = *text == ' ' || *text == '\t';

        if (!is_blank)
            buffer_add_byte(&value, (uint8_t)*text);
        else if (value.length > 0 && text[1] != '\0' && text[1] != ' ' && text[1] != '\t')
            buffer_add_byte(&value, ' ');
    }
    return keep(arena, &value);
}

/* By name; those of one name stay in their order. */
static size_t sorted_headers(Arena *arena, const Sigv4Request *request, Header out[LINES_MAX])
{
    size_t count = 0;

    for (; request->headers[count] != NULL; count++) {
        const char *line = request->headers[count];
        size_t length = strcspn(line, ":"), at = count;
        Header header = {small(arena, line, length), trimmed(arena, line + length + 1)};

        assert(count < LINES_MAX && line[length] == ':');
        for (; at > 0 && strcmp(out[at - 1].name, header.name) > 0; at--)
            out[at] = out[at - 1];
        out[at] = header;
    }
    return count;
}

static void add_header(const Header *headers, size_t i, Buffer *lines, Buffer *names)
{
    if (i > 0 && strcmp(headers[i - 1].name, headers[i].name) == 0) {
        buffer_format(lines, ",%s", headers[i].value);
        return;
    }
    buffer_format(lines, "%s%s:%s", i > 0 ? "\n" : "", headers[i].name, headers[i].value);
    buffer_format(names, "%s%s", i > 0 ? ";" : "", headers[i].name);
}

/* out_lines: one for each name, without the last one's end; out_names: "host;x-amz-date". */
static void describe_headers(Arena *arena, const Sigv4Request *request, const char **out_lines,
                             const char **out_names)
{
    Header headers[LINES_MAX];
    size_t count = sorted_headers(arena, request, headers);
    Buffer lines = {0}, names = {0};

    for (size_t i = 0; i < count; i++)
        add_header(headers, i, &lines, &names);
    *out_lines = keep(arena, &lines);
    *out_names = keep(arena, &names);
}

/* ---- the signature ---------------------------------------------------------------------------- */

const char *sigv4_canonical(Arena *arena, const Sigv4Request *request)
{
    const char *lines, *names;

    describe_headers(arena, request, &lines, &names);
    return arena_format(arena, "%s\n%s\n%s\n%s\n\n%s\n%s", request->method, request->path,
                        query(arena, request), lines, names,
                        hash(arena, request->body != NULL ? request->body : ""));
}

const char *sigv4_date(Arena *arena, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / MS_PER_S);
    struct tm parts;
    char text[32];

    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return arena_text(arena, text);
}

typedef struct {
    unsigned char bytes[SHA256_DIGEST_LENGTH];
} Key;

static Key sign(const void *key, size_t length, const char *text)
{
    Key result;
    unsigned written = sizeof result.bytes;

    HMAC(EVP_sha256(), key, (int)length, (const unsigned char *)text, strlen(text), result.bytes,
         &written);
    return result;
}

static Key signing_key(Arena *arena, const Sigv4Scope *scope, const char *day)
{
    char *secret = arena_format(arena, "AWS4%s", scope->secret_key);
    const char *const steps[] = {scope->region, scope->service, "aws4_request"};
    Key key = sign(secret, strlen(secret), day);

    explicit_bzero(secret, strlen(secret));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        key = sign(key.bytes, sizeof key.bytes, steps[i]);
    return key;
}

const char *sigv4_authorization(Arena *arena, const Sigv4Request *request, const Sigv4Scope *scope)
{
    const char *date = sigv4_date(arena, scope->wall_ms), *lines, *names, *place, *text;
    const char *day = arena_text_of(arena, date, strlen("20150830"));
    Key key = signing_key(arena, scope, day), signature;

    describe_headers(arena, request, &lines, &names);
    place = arena_format(arena, "%s/%s/%s/aws4_request", day, scope->region, scope->service);
    text = arena_format(arena, "AWS4-HMAC-SHA256\n%s\n%s\n%s", date, place,
                        hash(arena, sigv4_canonical(arena, request)));
    signature = sign(key.bytes, sizeof key.bytes, text);
    explicit_bzero(&key, sizeof key);
    return arena_format(arena, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                        scope->access_key, place, names,
                        hex(arena, signature.bytes, sizeof signature.bytes));
}
