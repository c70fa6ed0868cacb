/*
 * scenarios/person.c - the person at the terminal of a simulated run.
 */
#include "scenarios/person.h"

#include "base/clock.h"

static void on_ask(void *owner, const ConsentRow *row, int64_t amount, const Finding *finding)
{
    Person *person = owner;

    (void)amount;
    (void)finding;
    person->asked_ms = clock_mono_ms();
    for (int kind = 0; kind < CONSENT_COUNT; kind++)
        if (consent_row(kind) == row)
            person->says_yes = person->answers->is_yes[kind];
}

static ConsentAnswer on_listen(void *owner)
{
    const Person *person = owner;

    if (clock_mono_ms() - person->asked_ms < person->answers->thinks_ms)
        return ANSWER_PENDING;
    return person->says_yes ? ANSWER_YES : ANSWER_NO;
}

static void on_withdraw(void *owner)
{
    (void)owner;
}

ConsentPerson person_of(Person *person)
{
    return (ConsentPerson){.owner = person,
                           .ask = on_ask,
                           .answer = on_listen,
                           .withdraw = on_withdraw};
}
