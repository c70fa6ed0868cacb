/*
 * cli/builtin_fake.h - the fake API server in the same process, in simulated time, as a target for the parity corpus.
 *
 * Each case gets a cluster of its own, empty but for what a new cluster has. No time passes but what a case waits for.
 * Simulated time can be switched on once in a process, and then for good: a BuiltinFake is the last thing a process does.
 */
#ifndef CLI_BUILTIN_FAKE_H
#define CLI_BUILTIN_FAKE_H

#include "conformance/fakes/kubernetes.h"

typedef struct BuiltinFake BuiltinFake;

BuiltinFake *builtin_fake_new(void); /* switches simulated time on */
void builtin_fake_free(BuiltinFake *fake);

Loop *builtin_fake_loop(BuiltinFake *fake);

/* For ParityOptions. */
bool builtin_fake_begin(BuiltinFake *fake, const char *case_name, ParityTarget *out_target);
void builtin_fake_collect(BuiltinFake *fake);
void builtin_fake_log(BuiltinFake *fake, const char *ns, const char *pod, const char *line);
void builtin_fake_end(BuiltinFake *fake);

#endif
