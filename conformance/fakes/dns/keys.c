/*
 * conformance/fakes/dns/keys.c - shared secrets, and the MACs made with them.
 */
#include "conformance/fakes/dns/keys.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

static const struct {
    const char *name; /* as on the wire */
    const char *digest;
} ALGORITHMS[] = {
    {"hmac-md5.sig-alg.reg.int.", "MD5"   },
    {"hmac-sha1.",                "SHA1"  },
    {"hmac-sha224.",              "SHA224"},
    {"hmac-sha256.",              "SHA256"},
    {"hmac-sha384.",              "SHA384"},
    {"hmac-sha512.",              "SHA512"},
};
enum { ALGORITHM_COUNT = sizeof ALGORITHMS / sizeof *ALGORITHMS };

/* "hmac-sha256" of a file; -1 for one that nobody knows. */
static int find_algorithm(const char *word)
{
    size_t length = strlen(word);

    for (int i = 0; i < ALGORITHM_COUNT; i++) {
        if (strncasecmp(ALGORITHMS[i].name, word, length) == 0 &&
            (ALGORITHMS[i].name[length] == '.' || ALGORITHMS[i].name[length] == '\0'))
            return i;
    }
    return -1;
}

static bool add_key(WireKeys *keys, const char *name, const char *algorithm, const char *secret,
                    Error *err)
{
    int found = find_algorithm(algorithm);
    WireKey key = {0};

    if (found < 0)
        return error_set(err, ERR_INPUT, "key %s: no algorithm %s", name, algorithm);
    if (!json_base64_decode(secret, &key.secret, &key.secret_length, err))
        return error_wrap(err, "key %s", name);
    key.name = memory_text(name);
    key.algorithm = memory_text(ALGORITHMS[found].name);
    MEMORY_GROW(keys->items, keys->count, keys->capacity);
    keys->items[keys->count++] = key;
    return true;
}

/* The words of a file are what stands between its punctuation. */
static bool read_words(char *text, WireKeys *keys, Error *err)
{
    static const char BETWEEN[] = " \t\r\n\"{};";
    const char *name = NULL, *algorithm = NULL;
    char *rest = text, *word;

    while ((word = strtok_r(rest, BETWEEN, &rest)) != NULL) {
        const char *value = strtok_r(rest, BETWEEN, &rest);

        if (value == NULL)
            return error_set(err, ERR_INPUT, "nothing after \"%s\"", word);
        if (strcmp(word, "key") == 0)
            name = value;
        else if (strcmp(word, "algorithm") == 0)
            algorithm = value;
        else if (strcmp(word, "secret") != 0 || name == NULL || algorithm == NULL)
            return error_set(err, ERR_INPUT, "expected key, algorithm and secret, not \"%s\"",
                             word);
        else if (!add_key(keys, name, algorithm, value, err))
            return false;
    }
    return true;
}

bool wire_keys_read(const char *path, WireKeys *out_keys, Error *err)
{
    char *text = NULL;
    size_t length;
    bool ok;

    *out_keys = (WireKeys){0};
    ok = file_read(path, &text, &length, err) && read_words(text, out_keys, err);
    if (!ok)
        wire_keys_release(out_keys);
    free(text);
    return ok || error_wrap(err, "%s", path);
}

void wire_keys_release(WireKeys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        free(keys->items[i].name);
        free(keys->items[i].algorithm);
        free(keys->items[i].secret);
    }
    free(keys->items);
    *keys = (WireKeys){0};
}

const WireKey *wire_keys_find(const WireKeys *keys, const char *name)
{
    for (size_t i = 0; i < keys->count; i++) {
        size_t length = strlen(keys->items[i].name);

        if (strncasecmp(keys->items[i].name, name, length) == 0 &&
            (name[length] == '\0' || strcmp(name + length, ".") == 0))
            return &keys->items[i];
    }
    return NULL;
}

size_t wire_key_digest(const WireKey *key, const Buffer *digested, uint8_t out_mac[WIRE_MAC_MAX])
{
    const EVP_MD *digest = EVP_get_digestbyname(ALGORITHMS[find_algorithm(key->algorithm)].digest);
    unsigned length = 0;

    HMAC(digest, key->secret, (int)key->secret_length, (const uint8_t *)digested->data,
         digested->length, out_mac, &length);
    return length;
}
