/*
 * fakes/dns/route53/signature.c - is a request to AWS signed by who it says? Signature Version 4, as the service checks it.
 */
#include "fakes/dns/route53/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

enum { MAC_SIZE = 32, PARTS_MAX = 64, AGE_MAX_MS = 5 * 60 * 1000 };

/* What the header Authorization says. */
typedef struct {
    char access_key[128], day[16], region[64], service[64], signed_headers[512], signature[80];
} Claim;

static bool read_claim(const char *text, Claim *out_claim)
{
    return text != NULL &&
           sscanf(text,
                  "AWS4-HMAC-SHA256 Credential=%127[^/]/%15[^/]/%63[^/]/%63[^/]/aws4_request, "
                  "SignedHeaders=%511[^,], Signature=%79[0-9a-f]",
                  out_claim->access_key, out_claim->day, out_claim->region, out_claim->service,
                  out_claim->signed_headers, out_claim->signature) == 6;
}

static const char *to_hex(Arena *arena, const unsigned char *bytes)
{
    char *text = arena_new(arena, 2 * MAC_SIZE + 1);

    for (int i = 0; i < MAC_SIZE; i++)
        sprintf(text + 2 * (size_t)i, "%02x", bytes[i]);
    return text;
}

static const char *digest_of(Arena *arena, const char *text)
{
    unsigned char bytes[MAC_SIZE];

    EVP_Digest(text, strlen(text), bytes, NULL, EVP_sha256(), NULL);
    return to_hex(arena, bytes);
}

static void mac(unsigned char key[MAC_SIZE], const char *text)
{
    unsigned char result[MAC_SIZE];

    EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, MAC_SIZE, (const unsigned char *)text,
              strlen(text), result, sizeof result, NULL);
    memcpy(key, result, MAC_SIZE);
}

/* ---- the canonical request -------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "b=2&a=1" as "a=1&b=2"; one without a value gets its "=". */
static const char *sorted_query(Arena *arena, const char *query)
{
    char *parts[PARTS_MAX] = {NULL}, *text = arena_text(arena, query), *rest = NULL;
    const char *sorted = "";
    size_t count = 0;

    for (char *part = strtok_r(text, "&", &rest); part != NULL && count < PARTS_MAX;
         part = strtok_r(NULL, "&", &rest))
        parts[count++] = strchr(part, '=') != NULL ? part : arena_format(arena, "%s=", part);
    qsort(parts, count, sizeof *parts, compare);
    for (size_t i = 0; i < count; i++)
        sorted = arena_format(arena, "%s%s%s", sorted, i > 0 ? "&" : "", parts[i]);
    return sorted;
}

/* A line for each signed header; NULL: the request does not have it. */
static const char *header_lines(Arena *arena, const AwsRequest *request, const char *names)
{
    char *list = arena_text(arena, names), *rest = NULL;
    const char *lines = "";

    for (char *name = strtok_r(list, ";", &rest); name != NULL; name = strtok_r(NULL, ";", &rest)) {
        const char *value = request->header(request->owner, name);

        if (value == NULL)
            return NULL;
        lines = arena_format(arena, "%s%s:%s\n", lines, name, value);
    }
    return lines;
}

static const char *signature_of(Arena *arena, const AwsRequest *request, const Claim *claim,
                                const char *secret_key, const char *date)
{
    const char *lines = header_lines(arena, request, claim->signed_headers), *canonical, *text;
    unsigned char key[MAC_SIZE];
    const char *prefixed = arena_format(arena, "AWS4%s", secret_key);

    if (lines == NULL)
        return NULL;
    canonical = arena_format(arena, "%s\n%s\n%s\n%s\n%s\n%s", request->method, request->path,
                             sorted_query(arena, request->query), lines, claim->signed_headers,
                             digest_of(arena, request->body));
    text = arena_format(arena, "AWS4-HMAC-SHA256\n%s\n%s/%s/%s/aws4_request\n%s", date, claim->day,
                        claim->region, claim->service, digest_of(arena, canonical));
    EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, prefixed, strlen(prefixed),
              (const unsigned char *)claim->day, strlen(claim->day), key, sizeof key, NULL);
    mac(key, claim->region);
    mac(key, claim->service);
    mac(key, "aws4_request");
    mac(key, text);
    return to_hex(arena, key);
}

/* ---- who it is -------------------------------------------------------------------------------- */

static bool is_fresh(const char *date, int64_t now_ms)
{
    struct tm parts = {0};
    int64_t ms;

    if (strptime(date, "%Y%m%dT%H%M%SZ", &parts) == NULL)
        return false;
    ms = (int64_t)timegm(&parts) * 1000;
    return ms > now_ms - AGE_MAX_MS && ms < now_ms + AGE_MAX_MS;
}

static bool has_token(const AwsRequest *request, const Claim *claim, const AwsKey *key)
{
    const char *token = request->header(request->owner, "x-amz-security-token");

    if (key->session_token == NULL)
        return token == NULL;
    return token != NULL && strcmp(token, key->session_token) == 0 &&
           strstr(claim->signed_headers, "x-amz-security-token") != NULL;
}

const char *aws_signature_refusal(Arena *arena, const AwsRequest *request, const AwsKey *key,
                                  const char *region, const char *service, int64_t now_ms)
{
    const char *date = request->header(request->owner, "x-amz-date"), *wanted;
    Claim claim;

    if (request->header(request->owner, "authorization") == NULL)
        return "MissingAuthenticationToken";
    if (!read_claim(request->header(request->owner, "authorization"), &claim) || date == NULL ||
        strstr(claim.signed_headers, "host") == NULL ||
        strstr(claim.signed_headers, "x-amz-date") == NULL)
        return "IncompleteSignature";
    if (strcmp(claim.access_key, key->access_key) != 0 || !has_token(request, &claim, key))
        return "InvalidClientTokenId";
    if (!is_fresh(date, now_ms))
        return "RequestExpired";
    wanted = signature_of(arena, request, &claim, key->secret_key, date);
    if (wanted == NULL || strncmp(date, claim.day, 8) != 0 || strcmp(claim.region, region) != 0 ||
        strcmp(claim.service, service) != 0 || strcmp(wanted, claim.signature) != 0)
        return "SignatureDoesNotMatch";
    return NULL;
}
