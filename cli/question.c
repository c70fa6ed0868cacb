/*
 * cli/question.c - the person at the terminal, who can be asked for consent.
 *
 * All goes well: what is at stake is printed, and "yes" or "no" is typed. Goes wrong: anything else asks again; the end of the input (Ctrl-D)
 * is a no; Ctrl-C stops the whole run (options.h). While nobody types nothing waits: the engine keeps its lease.
 */
#include "cli/question.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

bool question_can_be_asked(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void prompt(void)
{
    fprintf(stderr, "yes or no? ");
    fflush(stderr);
}

/* What was typed before the question was there is no answer to it. */
static void on_ask(void *owner, const ConsentRow *row, int64_t amount, const Finding *finding)
{
    Question *question = owner;

    (void)amount;
    *question = (Question){.console = question->console};
    question->console->is_held = true;
    console_clear_status();
    fflush(stdout);
    tcflush(STDIN_FILENO, TCIFLUSH);
    fprintf(stderr,
            "\n%s\n    required  %s\n    observed  %s\n    evidence  %s\n    instead   %s\n",
            row->question, finding->required, finding->observed, finding->evidence,
            finding->remedy);
    prompt();
}

static void read_answer(Question *question)
{
    question->line[question->length] = '\0';
    question->length = 0;
    if (strcmp(question->line, "yes") == 0)
        question->answer = ANSWER_YES;
    else if (strcmp(question->line, "no") == 0)
        question->answer = ANSWER_NO;
    else
        prompt();
}

static ConsentAnswer on_listen(void *owner)
{
    Question *question = owner;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char byte;

    while (question->answer == ANSWER_PENDING && poll(&input, 1, 0) > 0) {
        if (read(STDIN_FILENO, &byte, 1) <= 0)
            question->answer = ANSWER_NO;
        else if (byte == '\n')
            read_answer(question);
        else if (question->length < (int)sizeof question->line - 1)
            question->line[question->length++] = byte;
    }
    return question->answer;
}

static void on_withdraw(void *owner)
{
    Question *question = owner;

    question->console->is_held = false;
    if (question->answer == ANSWER_PENDING)
        fputc('\n', stderr);
}

ConsentPerson question_person(Question *question)
{
    return (ConsentPerson){.owner = question,
                           .ask = on_ask,
                           .answer = on_listen,
                           .withdraw = on_withdraw};
}
