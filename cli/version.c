/*
 * cli/version.c - `understudy version`: what this is, and with which libraries, since they decide a run's wire digest.
 */
#include <stdio.h>

#include <curl/curl.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <uv.h>

#include "cli/verbs.h"
#include "cli/version.h"

const char *version_text(void)
{
    return UNDERSTUDY_VERSION;
}

cJSON *version_libraries(void)
{
    cJSON *libraries = cJSON_CreateObject();
    int postgres = PQlibVersion();
    char text[32];

    snprintf(text, sizeof text, "%d.%d", postgres / 10000, postgres % 10000);
    cJSON_AddStringToObject(libraries, "libuv", uv_version_string());
    cJSON_AddStringToObject(libraries, "libcurl", curl_version_info(CURLVERSION_NOW)->version);
    cJSON_AddStringToObject(libraries, "libpq", text);
    cJSON_AddStringToObject(libraries, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
    return libraries;
}

static int run_version(int count, char **arguments)
{
    cJSON *libraries = version_libraries();
    const cJSON *library;

    (void)count;
    (void)arguments;
    printf("understudy %s\n", version_text());
    cJSON_ArrayForEach(library, libraries)
    {
        printf("  %-8s %s\n", library->string, library->valuestring);
    }
    cJSON_Delete(libraries);
    return EXIT_PASSED;
}

const Verb VERB_VERSION = {
    .name = "version",
    .summary = "print the version, and those of the libraries",
    .help = "Usage: understudy version\n",
    .run = run_version,
};
