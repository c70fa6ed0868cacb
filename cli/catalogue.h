/*
 * cli/catalogue.h - where the shipped scenarios are, and the parity corpora.
 */
#ifndef CLI_CATALOGUE_H
#define CLI_CATALOGUE_H

/* Beside an installed program ../share/understudy/scenarios/catalogue, in a checkout scenarios/catalogue. Static text. */
const char *catalogue_folder(void);

/* Likewise ../share/understudy/conformance/CORPUS, or conformance/fakes/CORPUS. */
const char *corpus_folder(const char *corpus);

#endif
