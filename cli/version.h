/*
 * cli/version.h - what this program is, and with which libraries: they decide the bytes on a simulated wire.
 */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#include <cjson/cJSON.h>

const char *version_text(void); /* "0.1.0" */
cJSON *version_libraries(void); /* {libuv, libcurl, libpq, openssl}; given away */

#endif
