/*
 * engine/clients/route53_exchange.h - one signed request to Route 53 and its answer, with the tries that throttling costs.
 *
 * Private to engine/clients/route53.c.
 */
#ifndef ENGINE_CLIENTS_ROUTE53_EXCHANGE_H
#define ENGINE_CLIENTS_ROUTE53_EXCHANGE_H

#include "engine/clients/route53.h"
#include "engine/clients/xml.h"

typedef struct {
    const char *method, *path;     /* "hostedzone/Z1/rrset", behind the version */
    const char *const *parameters; /* NULL-ended, "name=value"; NULL: none */
    const char *body;              /* XML; NULL: none */
} Route53Call;

/* The root of the answer, in the arena. */
bool route53_ask(const Route53 *route53, Arena *arena, const Route53Call *call,
                 const XmlNode **out_root, Error *err);

/* Letters and digits only, so that it may stand in a path. */
bool route53_is_id(const char *text);

#endif
