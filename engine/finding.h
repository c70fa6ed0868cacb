/*
 * engine/finding.h - why a step cannot go on, for a person at three in the morning, and what is to come of it.
 */
#ifndef ENGINE_FINDING_H
#define ENGINE_FINDING_H

typedef enum {
    REACT_NONE,
    REACT_REFUSE, /* nothing mutated yet; name the failed check */
    REACT_WAIT,
    REACT_RETRY,
    REACT_ROLLBACK, /* undo to the recorded state; only before the point of no return */
    REACT_FORWARD,  /* past it: carry on, never undo */
    REACT_WARN,
    REACT_ASK,    /* needs a person's consent (consent.h) */
    REACT_REPAIR, /* a named, reversible extra step */
    REACT_STOP,   /* halt with state saved; a person decides */
} Reaction;
const char *reaction_name(Reaction reaction); /* "REFUSE" */

typedef struct {
    Reaction reaction; /* REACT_NONE: nothing is wrong */
    char check[24];    /* dossier id: "SEC-03", "F-202" */
    char required[200];
    char observed[280];
    char evidence[200]; /* the command or object that shows it */
    char remedy[280];
} Finding;

/* Fills a finding in one call; texts may be formatted by the caller, and are cut to fit. */
void finding_set(Finding *finding, Reaction reaction, const char *check, const char *required,
                 const char *observed, const char *evidence, const char *remedy);

/* The same with REACT_REFUSE, which most checks want. */
void finding_refuse(Finding *finding, const char *check, const char *required, const char *observed,
                    const char *evidence, const char *remedy);

#endif
