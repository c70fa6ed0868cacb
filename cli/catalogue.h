/*
 * cli/catalogue.h - where the shipped scenarios are.
 */
#ifndef CLI_CATALOGUE_H
#define CLI_CATALOGUE_H

/* Beside an installed program ../share/understudy/scenarios/catalogue, in a checkout scenarios/catalogue. Static text. */
const char *catalogue_folder(void);

#endif
