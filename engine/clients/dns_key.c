/*
 * engine/clients/dns_key.c - the addresses and the signing key that a person gives for a name server.
 *
 * Source: BIND 9 manual, named.conf grammar of `key`; tsig-keygen(8). Algorithms: those that ldns 1.8 signs right.
 */
#include "engine/clients/dns.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

enum { DNS_PORT = 53 };

/* ---- addresses -------------------------------------------------------------------------------- */

static bool is_ip_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static bool parse_port(const char *text, uint16_t *out_port)
{
    char *end;
    unsigned long port = strtoul(text, &end, 10);

    *out_port = (uint16_t)port;
    return isdigit((unsigned char)text[0]) && *end == '\0' && port >= 1 && port <= 65535;
}

/* Takes the address apart; port_text is NULL if there is none. */
static bool split_address(const char *text, char out_ip[48], const char **out_port_text)
{
    const char *end, *begin = text;

    *out_port_text = NULL;
    if (text[0] == '[') {
        begin = text + 1;
        end = strchr(begin, ']');
        if (end == NULL || (end[1] != '\0' && end[1] != ':'))
            return false;
        *out_port_text = end[1] == ':' ? end + 2 : NULL;
    } else {
        const char *colon = strchr(text, ':');

        end = text + strlen(text);
        if (colon != NULL && strchr(colon + 1, ':') == NULL) { /* else a bare IPv6 address */
            end = colon;
            *out_port_text = colon + 1;
        }
    }
    if (end - begin >= 48)
        return false;
    memcpy(out_ip, begin, (size_t)(end - begin));
    out_ip[end - begin] = '\0';
    return true;
}

bool dns_address_parse(const char *text, DnsServerAddress *out_address, Error *err)
{
    DnsServerAddress address = {.port = DNS_PORT};
    const char *port;

    if (!split_address(text, address.ip, &port) || !is_ip_address(address.ip))
        return error_set(err, ERR_INPUT,
                         "\"%s\" is not the address of a name server; write 192.0.2.53, "
                         "192.0.2.53:5300 or [2001:db8::53]:5300",
                         text);
    if (port != NULL && !parse_port(port, &address.port))
        return error_set(err, ERR_INPUT, "\"%s\": the port must be 1 to 65535", text);
    *out_address = address;
    return true;
}

/* ---- keys ------------------------------------------------------------------------------------- */

static const char *skip_blanks(const char *at)
{
    for (;;) {
        if (isspace((unsigned char)*at))
            at++;
        else if (*at == '#' || (at[0] == '/' && at[1] == '/'))
            at += strcspn(at, "\n");
        else if (at[0] == '/' && at[1] == '*' && strstr(at + 2, "*/") != NULL)
            at = strstr(at + 2, "*/") + 2;
        else
            return at;
    }
}

/* The next word, quoted text or sign; false at the end or if it is too long. */
static bool next_token(const char **at, char out_token[256])
{
    const char *begin = skip_blanks(*at);
    size_t length;

    if (*begin == '"') {
        begin++;
        length = strcspn(begin, "\"\n");
        *at = begin + length + (begin[length] == '"' ? 1 : 0);
    } else if (*begin != '\0' && strchr("{};", *begin) != NULL) {
        length = 1;
        *at = begin + 1;
    } else {
        length = strcspn(begin, " \t\r\n{};\"");
        *at = begin + length;
    }
    if (length == 0 || length >= 256)
        return false;
    memcpy(out_token, begin, length);
    out_token[length] = '\0';
    return true;
}

static bool expect_token(const char **at, const char *expected)
{
    char token[256];

    return next_token(at, token) && strcmp(token, expected) == 0;
}

/* In small letters and without the dot: so it is signed (RFC 8945, section 4.3.3). */
static void set_name(DnsTsigKey *key, const char *name)
{
    size_t length = strlen(name);

    if (length > 1 && name[length - 1] == '.')
        length--;
    for (size_t i = 0; i < length; i++)
        key->name[i] = (char)tolower((unsigned char)name[i]);
    key->name[length] = '\0';
}

static void take_setting(DnsTsigKey *key, const char *setting, const char *value)
{
    if (strcmp(setting, "algorithm") == 0) {
        snprintf(key->algorithm, sizeof key->algorithm, "%.31s", value);
    } else if (strcmp(setting, "secret") == 0) {
        free(key->secret);
        key->secret = memory_text(value);
    }
}

static bool parse_key(const char *text, DnsTsigKey *key)
{
    char token[256], value[256];

    if (!expect_token(&text, "key") || !next_token(&text, token))
        return false;
    set_name(key, token);
    if (!expect_token(&text, "{"))
        return false;
    while (next_token(&text, token) && strcmp(token, "}") != 0) {
        if (!next_token(&text, value) || !expect_token(&text, ";"))
            return false;
        take_setting(key, token, value);
    }
    return strcmp(token, "}") == 0;
}

static bool check_key(const DnsTsigKey *key, Error *err)
{
    char *bytes = NULL;
    size_t length;

    if (strcmp(key->algorithm, "hmac-sha256") != 0 && strcmp(key->algorithm, "hmac-sha512") != 0)
        return error_set(err, ERR_INPUT,
                         "key \"%s\": the algorithm \"%s\" is not supported; make a key with "
                         "tsig-keygen -a hmac-sha256",
                         key->name, key->algorithm);
    if (key->secret == NULL || !json_base64_decode(key->secret, &bytes, &length, NULL))
        return error_set(err, ERR_INPUT, "key \"%s\": the secret is missing or not base64",
                         key->name);
    free(bytes);
    return true;
}

bool dns_key_read(const char *path, DnsTsigKey *out_key, Error *err)
{
    DnsTsigKey key = {0};
    char *text = NULL;
    bool ok;

    if (!file_read(path, &text, NULL, err))
        return false;
    ok = parse_key(text, &key);
    if (!ok)
        error_set(err, ERR_INPUT,
                  "%s: expected what tsig-keygen writes: key \"name\" { algorithm hmac-sha256; "
                  "secret \"...\"; };",
                  path);
    ok = ok && (check_key(&key, err) || error_wrap(err, "%s", path));
    free(text);
    if (ok)
        *out_key = key;
    else
        dns_key_release(&key);
    return ok;
}

void dns_key_release(DnsTsigKey *key)
{
    if (key->secret != NULL)
        explicit_bzero(key->secret, strlen(key->secret));
    free(key->secret);
    memset(key, 0, sizeof *key);
}
