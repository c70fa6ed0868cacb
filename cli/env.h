/*
 * cli/env.h - the parts of `understudy env`.
 */
#ifndef CLI_ENV_H
#define CLI_ENV_H

#include "cli/verbs.h"

extern const Verb ENV_INIT, ENV_CHECK;

#endif
