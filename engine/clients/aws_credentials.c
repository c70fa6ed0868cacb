/*
 * engine/clients/aws_credentials.c - who we are to AWS, as its own tools find it.
 */
#include "engine/clients/aws_credentials.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static const char BLANKS[] = " \t\r";

/* An empty variable counts as none. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

static void forget(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

static char *replaced(char *old, const char *text, size_t length)
{
    forget(old);
    return memory_text_of(text, length);
}

/* ---- the file --------------------------------------------------------------------------------- */

static size_t length_trimmed(const char *text, size_t length)
{
    while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
        length--;
    return length;
}

static bool is_section(const char *line, size_t length, const char *profile)
{
    return length == strlen(profile) + 2 && line[length - 1] == ']' &&
           strncmp(line + 1, profile, length - 2) == 0;
}

/* "aws_access_key_id = AKIA..." */
static void read_setting(AwsCredentials *credentials, const char *line, size_t length)
{
    const struct {
        const char *name;
        char **value;
    } SETTINGS[] = {
        {"aws_access_key_id",     &credentials->access_key   },
        {"aws_secret_access_key", &credentials->secret_key   },
        {"aws_session_token",     &credentials->session_token},
    };
    const char *equals = memchr(line, '=', length);
    size_t name = equals != NULL ? length_trimmed(line, (size_t)(equals - line)) : 0;

    if (equals == NULL)
        return;
    equals += 1 + strspn(equals + 1, BLANKS);
    for (size_t i = 0; i < sizeof SETTINGS / sizeof *SETTINGS; i++)
        if (name == strlen(SETTINGS[i].name) && strncmp(line, SETTINGS[i].name, name) == 0)
            *SETTINGS[i].value =
                replaced(*SETTINGS[i].value, equals, (size_t)(line + length - equals));
}

static void read_profile(AwsCredentials *credentials, const char *text, const char *profile)
{
    bool is_inside = false;

    while (*text != '\0') {
        size_t whole = strcspn(text, "\n");
        const char *line = text + strspn(text, BLANKS);
        size_t length =
            line < text + whole ? length_trimmed(line, (size_t)(text + whole - line)) : 0;

        if (length > 0 && *line == '[')
            is_inside = is_section(line, length, profile);
        else if (length > 0 && is_inside && *line != '#' && *line != ';')
            read_setting(credentials, line, length);
        text += whole + (text[whole] == '\n' ? 1 : 0);
    }
}

static char *usual_file(void)
{
    const char *named = variable("AWS_SHARED_CREDENTIALS_FILE"), *home = variable("HOME");

    return named != NULL ? memory_text(named)
                         : memory_format("%s/.aws/credentials", home != NULL ? home : "");
}

static bool read_file(const char *file, const char *profile, AwsCredentials *credentials,
                      Error *err)
{
    char *text = NULL;
    Error why;

    if (!file_read(file, &text, NULL, &why))
        return error_set(err, ERR_DENIED, "no AWS credentials: %s", why.message);
    read_profile(credentials, text, profile);
    forget(text);
    if (credentials->access_key != NULL && credentials->secret_key != NULL)
        return true;
    aws_credentials_release(credentials);
    return error_set(err, ERR_DENIED,
                     "no AWS credentials: profile \"%s\" of %s has no aws_access_key_id and "
                     "aws_secret_access_key",
                     profile, file);
}

/* ---- the environment -------------------------------------------------------------------------- */

static bool read_environment(AwsCredentials *credentials)
{
    const char *access_key = variable("AWS_ACCESS_KEY_ID");
    const char *secret_key = variable("AWS_SECRET_ACCESS_KEY");

    if (access_key == NULL || secret_key == NULL)
        return false;
    credentials->access_key = memory_text(access_key);
    credentials->secret_key = memory_text(secret_key);
    credentials->session_token = memory_text(variable("AWS_SESSION_TOKEN"));
    return true;
}

bool aws_credentials_read(const char *file, const char *profile, AwsCredentials *out_credentials,
                          Error *err)
{
    const char *usual = variable("AWS_PROFILE");
    char *path;
    bool ok;

    *out_credentials = (AwsCredentials){0};
    if (file == NULL && profile == NULL && read_environment(out_credentials))
        return true;
    path = file != NULL ? memory_text(file) : usual_file();
    if (profile == NULL)
        profile = usual != NULL ? usual : "default";
    ok = read_file(path, profile, out_credentials, err);
    free(path);
    return ok;
}

void aws_credentials_release(AwsCredentials *credentials)
{
    forget(credentials->access_key);
    forget(credentials->secret_key);
    forget(credentials->session_token);
    *credentials = (AwsCredentials){0};
}
