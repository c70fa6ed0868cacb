/*
 * cli/builtin_dns.h - the fake name server in the same process, in simulated time, as a target for the parity corpus.
 *
 * Simulated time can be switched on once in a process, and then for good: a BuiltinDns is the last thing a process does.
 */
#ifndef CLI_BUILTIN_DNS_H
#define CLI_BUILTIN_DNS_H

#include "conformance/fakes/dns/keys.h"
#include "conformance/fakes/dns/talk.h"

typedef struct BuiltinDns BuiltinDns;

/*
 * Switches simulated time on, and serves what the folder's `zones` has with the keys, like BIND and like Knot. Fails with ERR_IO or
 * ERR_INPUT; simulated time is on even then.
 */
bool builtin_dns_new(const char *folder, const WireKeys *keys, BuiltinDns **out_dns, Error *err);
void builtin_dns_free(BuiltinDns *dns);

/* likeness: "bind" or "knot"; NULL ends the list of those. */
const char *builtin_dns_target(BuiltinDns *dns, size_t index, WireTarget *out_target);

#endif
