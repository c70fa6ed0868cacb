/*
 * fakes/dns/names.c - what types and answer codes are called.
 */
#include <string.h>

#include "fakes/dns/data.h"

/* Types that are questions or wrapping, never data. */
static const struct {
    uint16_t type;
    const char *name;
} META_NAMES[] = {
    {DNS_OPT,  "OPT" },
    {DNS_TSIG, "TSIG"},
    {DNS_IXFR, "IXFR"},
    {DNS_AXFR, "AXFR"},
    {DNS_ANY,  "ANY" },
};

static const char *const RCODE_NAMES[] = {
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
    "NXRRSET", "NOTAUTH", "NOTZONE",  "",         "",       "",        "",         "",
    "BADSIG",  "BADKEY",  "BADTIME",  "",         "",       "",        "BADTRUNC", "BADCOOKIE",
};

const char *dns_type_name(uint16_t type)
{
    const DnsShape *shape = dns_shape_find(type);

    if (shape != NULL)
        return shape->name;
    for (size_t i = 0; i < sizeof META_NAMES / sizeof *META_NAMES; i++) {
        if (META_NAMES[i].type == type)
            return META_NAMES[i].name;
    }
    return "TYPE";
}

const char *dns_type_text(Arena *arena, uint16_t type)
{
    const char *name = dns_type_name(type);

    return strcmp(name, "TYPE") == 0 ? arena_format(arena, "TYPE%u", type) : name;
}

const char *dns_rcode_name(int rcode)
{
    bool is_known = rcode >= 0 && (size_t)rcode < sizeof RCODE_NAMES / sizeof *RCODE_NAMES;

    return is_known && RCODE_NAMES[rcode][0] != '\0' ? RCODE_NAMES[rcode] : "RESERVED";
}
