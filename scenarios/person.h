/*
 * scenarios/person.h - the person at the terminal of a simulated run: asked, they think for a while and answer as the scenario says.
 */
#ifndef SCENARIOS_PERSON_H
#define SCENARIOS_PERSON_H

#include "engine/consent.h"

typedef struct {
    bool is_there;
    int is_yes[CONSENT_COUNT]; /* 1: yes */
    int64_t thinks_ms;         /* for so long, about each question */
} PersonAnswers;

typedef struct {
    const PersonAnswers *answers; /* borrowed */
    bool says_yes;                /* to what was asked last */
    int64_t asked_ms;             /* when that was */
} Person;

/* As the engine knows them; person must outlive it. */
ConsentPerson person_of(Person *person);

#endif
