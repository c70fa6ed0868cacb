/*
 * scenarios/secrecy.h - is any of many secrets in a text?
 *
 * Source: domain.md 7.0, V9. A world of a thousand control planes has thousands of keys and passwords, and a run thousands of events: one
 * pass over a text looks for all of them.
 * Of a secret of several lines (a PEM file) the longest line is looked for: a text that was written as JSON has no line ends in it.
 * Tokens (JWT) are known by their form, whoever made them.
 * Ownership: secrets are borrowed.
 */
#ifndef SCENARIOS_SECRECY_H
#define SCENARIOS_SECRECY_H

#include <stdbool.h>

typedef struct Secrecy Secrecy;

Secrecy *secrecy_new(const char *const *secrets); /* NULL-ended */
void secrecy_free(Secrecy *secrecy);
bool secrecy_is_broken(const Secrecy *secrecy, const char *text);

#endif
