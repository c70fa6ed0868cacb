/*
 * cli/version.c - `understudy version`: what this is, and with which libraries, since they decide a run's wire digest.
 */
#include <stdio.h>

#include <curl/curl.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <uv.h>

#include "cli/verbs.h"

static int run_version(int count, char **arguments)
{
    int postgres = PQlibVersion();

    (void)count;
    (void)arguments;
    printf("understudy %s\n", UNDERSTUDY_VERSION);
    printf("libuv %s, libcurl %s, libpq %d.%d, %s\n", uv_version_string(),
           curl_version_info(CURLVERSION_NOW)->version, postgres / 10000, postgres % 10000,
           OpenSSL_version(OPENSSL_VERSION));
    return EXIT_PASSED;
}

const Verb VERB_VERSION = {
    .name = "version",
    .summary = "print the version, and those of the libraries",
    .help = "Usage: understudy version\n",
    .run = run_version,
};
