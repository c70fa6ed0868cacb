/*
 * fakes/postgres/hba.c - who may come in, to what, from where and how he proves himself: pg_hba.conf as rules.
 */
#include "fakes/postgres/hba.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"

typedef enum {
    HBA_LOCAL,
    HBA_HOST,
    HBA_HOSTSSL,
    HBA_HOSTNOSSL,
    HBA_HOSTGSSENC, /* nobody comes by GSS, so it fits nobody */
    HBA_HOSTNOGSSENC,
} HbaType;

/* One word of the file. Quotes take the meaning from keywords, and keep blanks and commas. */
typedef struct HbaWord {
    const char *text;
    bool is_quoted;
    bool has_comma; /* the next belongs to the same field */
    struct HbaWord *next;
} HbaWord;

typedef enum { HBA_NET, HBA_SAMEHOST, HBA_SAMENET } HbaPlace;
enum { ADDRESS_SIZE = 16 };

typedef struct {
    int family; /* AF_INET, AF_INET6; 0: any */
    uint8_t address[ADDRESS_SIZE], mask[ADDRESS_SIZE];
} HbaNet;

typedef struct HbaLine {
    HbaType type;
    const HbaWord *databases, *users; /* lists: up to a word without a comma */
    HbaPlace place;
    HbaNet net;
    PgHbaRule rule;
    struct HbaLine *next;
} HbaLine;

struct PgHba {
    Arena arena;
    HbaLine *lines;
};

/* ---- words ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* One word from a line, which is not at its end; quotes may begin and end anywhere in it. */
static HbaWord *read_word(Arena *arena, const char **at)
{
    HbaWord *word = ARENA_NEW(arena, HbaWord);
    char *text = arena_new(arena, strcspn(*at, "\n") + 1);
    bool is_inside = false;
    const char *from = *at;

    word->text = text;
    for (; *from != '\0' && *from != '\n'; from++) {
        if (*from == '"') {
            is_inside = !is_inside;
            word->is_quoted |= from == *at;
        } else if (!is_inside && (is_blank(*from) || *from == ',' || *from == '#')) {
            break;
        } else {
            *text++ = *from;
        }
    }
    word->has_comma = *from == ',';
    *at = from + word->has_comma;
    return word;
}

/* The words of the line at hand, and on to the next line. A backslash at its end goes on with the next. */
static HbaWord *read_words(Arena *arena, const char **at, int *line)
{
    HbaWord *first = NULL, **place = &first;

    for (;;) {
        while (is_blank(**at))
            (*at)++;
        if (**at == '\\' && (*at)[1] == '\n') {
            *at += 2;
            ++*line;
            continue;
        }
        if (**at == '#')
            *at += strcspn(*at, "\n");
        if (**at == '\0' || **at == '\n')
            break;
        *place = read_word(arena, at);
        place = &(*place)->next;
    }
    *at += **at == '\n';
    ++*line;
    return first;
}

/* Behind the list that begins at word. */
static const HbaWord *after_field(const HbaWord *word)
{
    while (word->has_comma && word->next != NULL)
        word = word->next;
    return word->next;
}

static bool is_keyword(const HbaWord *word, const char *keyword)
{
    return !word->is_quoted && strcmp(word->text, keyword) == 0;
}

/* ---- one line ---- */

/* Its index in a table of names; -1: it is none of them. */
static int find_name(const char *const *names, int count, const char *text)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0)
            return i;
    }
    return -1;
}

static bool read_type(const HbaWord *word, HbaType *out, Error *err)
{
    static const char *const NAMES[] = {"local",     "host",       "hostssl",
                                        "hostnossl", "hostgssenc", "hostnogssenc"};
    int index = find_name(NAMES, sizeof NAMES / sizeof NAMES[0], word->text);

    if (index < 0)
        return error_set(err, ERR_INPUT, "invalid connection type \"%s\"", word->text);
    *out = (HbaType)index;
    return true;
}

static bool read_names(const HbaWord **at, const char *what, const HbaWord **out, Error *err)
{
    if (*at == NULL)
        return error_set(err, ERR_INPUT, "end-of-line before %s specification", what);
    for (const HbaWord *word = *at; word != after_field(*at); word = word->next) {
        if (!word->is_quoted && word->text[0] == '@')
            return error_set(err, ERR_INPUT, "names in a file are not read: %s", word->text);
    }
    *out = *at;
    *at = after_field(*at);
    return true;
}

static size_t address_size(int family)
{
    return family == AF_INET ? 4 : ADDRESS_SIZE;
}

static int read_address(const char *text, uint8_t out[ADDRESS_SIZE])
{
    if (inet_pton(AF_INET, text, out) == 1)
        return AF_INET;
    return inet_pton(AF_INET6, text, out) == 1 ? AF_INET6 : 0;
}

static bool read_prefix(const char *text, HbaNet *net)
{
    size_t most = 8 * address_size(net->family);
    char *end;
    unsigned long bits = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || bits > most)
        return false;
    for (size_t i = 0; i < bits; i++)
        net->mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
    return true;
}

/* "10.0.0.0/8", or "10.0.0.0" and its mask in the word after it. */
static bool read_net(const HbaWord **at, HbaNet *net, Error *err)
{
    const char *text = (*at)->text, *slash = strchr(text, '/');
    char address[INET6_ADDRSTRLEN] = "";
    size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);

    if (length < sizeof address)
        snprintf(address, sizeof address, "%.*s", (int)length, text);
    net->family = read_address(address, net->address);
    if (net->family == 0)
        return error_set(err, ERR_INPUT, "\"%s\" is no IP address, and names are not looked up",
                         text);
    *at = (*at)->next;
    if (slash != NULL)
        return read_prefix(slash + 1, net) ||
               error_set(err, ERR_INPUT, "invalid CIDR mask in address \"%s\"", text);
    if (*at == NULL)
        return error_set(err, ERR_INPUT, "end-of-line before netmask specification");
    if (read_address((*at)->text, net->mask) != net->family)
        return error_set(err, ERR_INPUT, "invalid IP mask \"%s\"", (*at)->text);
    *at = (*at)->next;
    return true;
}

static bool read_place(const HbaWord **at, HbaLine *line, Error *err)
{
    if (*at == NULL)
        return error_set(err, ERR_INPUT, "end-of-line before IP address specification");
    if ((*at)->has_comma)
        return error_set(err, ERR_INPUT, "multiple values specified for host address");
    line->place = is_keyword(*at, "samehost")  ? HBA_SAMEHOST
                  : is_keyword(*at, "samenet") ? HBA_SAMENET
                                               : HBA_NET;
    if (line->place == HBA_NET && !is_keyword(*at, "all"))
        return read_net(at, &line->net, err);
    *at = (*at)->next;
    return true;
}

static bool read_method(const HbaWord **at, HbaLine *line, Error *err)
{
    static const char *const NAMES[] = {"trust", "reject",   "scram-sha-256",
                                        "md5",   "password", "cert"};
    int index;

    if (*at == NULL)
        return error_set(err, ERR_INPUT, "end-of-line before authentication method");
    index = find_name(NAMES, sizeof NAMES / sizeof NAMES[0], (*at)->text);
    if (index < 0)
        return error_set(err, ERR_INPUT, "invalid authentication method \"%s\"", (*at)->text);
    line->rule.method = (PgAuthMethod)index;
    if (line->rule.method == PG_AUTH_CERT)
        line->rule.client_certificate = PG_CLIENT_CERTIFICATE_VERIFY_FULL;
    if (line->rule.method == PG_AUTH_CERT && line->type != HBA_HOSTSSL)
        return error_set(err, ERR_INPUT,
                         "cert authentication is only supported on hostssl connections");
    *at = (*at)->next;
    return true;
}

static bool read_client_certificate(const char *value, HbaLine *line, Error *err)
{
    if (line->type != HBA_HOSTSSL)
        return error_set(err, ERR_INPUT, "clientcert can only be configured for \"hostssl\" rows");
    if (strcmp(value, "verify-full") == 0)
        line->rule.client_certificate = PG_CLIENT_CERTIFICATE_VERIFY_FULL;
    else if (strcmp(value, "verify-ca") != 0)
        return error_set(err, ERR_INPUT, "invalid value for clientcert: \"%s\"", value);
    else if (line->rule.method == PG_AUTH_CERT)
        return error_set(err, ERR_INPUT,
                         "clientcert only accepts \"verify-full\" when using \"cert\" "
                         "authentication");
    else
        line->rule.client_certificate = PG_CLIENT_CERTIFICATE_VERIFY_CA;
    return true;
}

static bool read_options(const HbaWord *word, HbaLine *line, Error *err)
{
    static const char CLIENT_CERTIFICATE[] = "clientcert=";

    for (; word != NULL; word = word->next) {
        if (strchr(word->text, '=') == NULL)
            return error_set(err, ERR_INPUT, "authentication option not in name=value format: %s",
                             word->text);
        if (strncmp(word->text, CLIENT_CERTIFICATE, strlen(CLIENT_CERTIFICATE)) != 0)
            return error_set(err, ERR_INPUT, "unrecognized authentication option: \"%s\"",
                             word->text);
        if (!read_client_certificate(word->text + strlen(CLIENT_CERTIFICATE), line, err))
            return false;
    }
    return true;
}

static bool read_line(const HbaWord *word, HbaLine *line, Error *err)
{
    if (!read_type(word, &line->type, err))
        return false;
    word = word->next;
    return read_names(&word, "database", &line->databases, err) &&
           read_names(&word, "role", &line->users, err) &&
           (line->type == HBA_LOCAL || read_place(&word, line, err)) &&
           read_method(&word, line, err) && read_options(word, line, err);
}

/* ---- the file ---- */

bool pg_hba_parse(const char *text, PgHba **out_hba, Error *err)
{
    PgHba *hba = MEMORY_NEW(PgHba);
    HbaLine **place = &hba->lines;
    int next = 1;

    while (*text != '\0') {
        int number = next;
        const HbaWord *words = read_words(&hba->arena, &text, &next);

        if (words == NULL)
            continue;
        *place = ARENA_NEW(&hba->arena, HbaLine);
        (*place)->rule.line = number;
        if (!read_line(words, *place, err)) {
            pg_hba_free(hba);
            return error_wrap(err, "pg_hba.conf:%d", number);
        }
        place = &(*place)->next;
    }
    *out_hba = hba;
    return true;
}

void pg_hba_free(PgHba *hba)
{
    if (hba == NULL)
        return;
    arena_release(&hba->arena);
    free(hba);
}

const char *pg_hba_kubegres(bool asks_certificates)
{
    if (!asks_certificates)
        return "hostssl   replication     replication     all   md5\n"
               "local     all             all                   md5\n"
               "hostssl   all             all             all   md5\n"
               "hostnossl all             all             all   reject\n";
    return "hostssl   replication     replication     all   md5 clientcert=verify-ca\n"
           "local     all             all                   md5\n"
           "hostssl   all             all             all   md5 clientcert=verify-ca\n"
           "hostnossl all             all             all   reject\n";
}

/* ---- who fits ---- */

static bool fits_type(HbaType type, const PgHbaClient *client)
{
    if (client->address == NULL)
        return type == HBA_LOCAL;
    switch (type) {
    case HBA_HOST:
    case HBA_HOSTNOGSSENC:
        return true;
    case HBA_HOSTSSL:
        return client->is_secured;
    case HBA_HOSTNOSSL:
        return !client->is_secured;
    case HBA_LOCAL:
    case HBA_HOSTGSSENC:
        break;
    }
    return false;
}

static bool is_in(const HbaNet *net, int family, const uint8_t address[ADDRESS_SIZE])
{
    if (net->family == 0)
        return true;
    if (net->family != family)
        return false;
    for (size_t i = 0; i < address_size(family); i++) {
        if ((address[i] ^ net->address[i]) & net->mask[i])
            return false;
    }
    return true;
}

/* Our own addresses are those of the loopback interface: fakes have no other. */
static bool fits_place(const HbaLine *line, const char *text)
{
    static const HbaNet SAME[2][2] = {
        {{AF_INET, {127, 0, 0, 1}, {255, 255, 255, 255}},
         {AF_INET6,
          {[15] = 1},
          {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}}},
        {{AF_INET, {127}, {255}},
         {AF_INET6,
          {[15] = 1},
          {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}}}
    };
    uint8_t address[ADDRESS_SIZE];
    int family;

    if (text == NULL)
        return true;
    family = read_address(text, address);
    if (line->place == HBA_NET)
        return is_in(&line->net, family, address);
    return is_in(&SAME[line->place == HBA_SAMENET][0], family, address) ||
           is_in(&SAME[line->place == HBA_SAMENET][1], family, address);
}

static bool fits_database(const HbaWord *word, const PgHbaClient *client)
{
    if (client->is_physical)
        return is_keyword(word, "replication");
    if (is_keyword(word, "all"))
        return true;
    if (is_keyword(word, "sameuser"))
        return strcmp(client->database, client->user) == 0;
    if (is_keyword(word, "samerole") || is_keyword(word, "samegroup"))
        return client->is_member(client->owner, client->user, client->database);
    return !is_keyword(word, "replication") && strcmp(word->text, client->database) == 0;
}

static bool fits_user(const HbaWord *word, const PgHbaClient *client)
{
    if (!word->is_quoted && word->text[0] == '+')
        return client->is_member(client->owner, client->user, word->text + 1);
    return is_keyword(word, "all") || strcmp(word->text, client->user) == 0;
}

static bool fits_any(const HbaWord *words, bool (*fits)(const HbaWord *, const PgHbaClient *),
                     const PgHbaClient *client)
{
    const HbaWord *end = after_field(words);

    for (const HbaWord *word = words; word != end; word = word->next) {
        if (fits(word, client))
            return true;
    }
    return false;
}

const PgHbaRule *pg_hba_find(const PgHba *hba, const PgHbaClient *client)
{
    for (const HbaLine *line = hba->lines; line != NULL; line = line->next) {
        if (fits_type(line->type, client) && fits_place(line, client->address) &&
            fits_any(line->databases, fits_database, client) &&
            fits_any(line->users, fits_user, client))
            return &line->rule;
    }
    return NULL;
}
