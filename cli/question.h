/*
 * cli/question.h - the person at the terminal, who can be asked for consent.
 */
#ifndef CLI_QUESTION_H
#define CLI_QUESTION_H

#include <stdbool.h>

#include "cli/console.h"
#include "engine/consent.h"

/* A question goes to stderr and its answer comes from stdin: both have to be a terminal. */
bool question_can_be_asked(void);

typedef struct {
    Console *console; /* rewrites nothing meanwhile */
    char line[64];    /* what was typed, so far */
    int length;
    ConsentAnswer answer;
} Question;

/* As the engine knows them; question must outlive it. */
ConsentPerson question_person(Question *question);

#endif
