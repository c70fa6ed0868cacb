/*
 * engine/clients/aws_credentials.h - who we are to AWS, as its own tools find it.
 *
 * Source: AWS SDKs and Tools Reference Guide: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; the shared credentials file
 * (AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials) and its profiles (AWS_PROFILE, else "default").
 * Roles, SSO and metadata services are not asked: `aws configure export-credentials` writes what they give.
 */
#ifndef ENGINE_CLIENTS_AWS_CREDENTIALS_H
#define ENGINE_CLIENTS_AWS_CREDENTIALS_H

#include "base/error.h"

typedef struct {
    char *access_key, *secret_key;
    char *session_token; /* NULL: none */
} AwsCredentials;

/*
 * From the environment, or, if file or profile is given or the environment has none, from the file. file, profile: NULL: the usual.
 * Fails with ERR_DENIED, naming where it looked; no error holds a secret.
 */
bool aws_credentials_read(const char *file, const char *profile, AwsCredentials *out_credentials,
                          Error *err);
void aws_credentials_release(AwsCredentials *credentials); /* wipes them */

#endif
