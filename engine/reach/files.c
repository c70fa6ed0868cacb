/*
 * engine/reach/files.c - the files that an Environment names: are they there, and does nobody else read what is secret?
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/clients/dns.h"
#include "engine/reach/reach.h"

typedef struct {
    const char *name; /* of the field */
    const char **path;
    const char *instead; /* what the clients get if it is not there */
    bool is_secret;
    bool (*reads)(const char *path,
                  Error *err); /* is in it what it is for? NULL: anything may be */
} NamedFile;

static bool reads_key(const char *path, Error *err)
{
    DnsTsigKey key;

    if (!dns_key_read(path, &key, err))
        return false;
    dns_key_release(&key);
    return true;
}

static bool is_there(Reach *reach, const NamedFile *file)
{
    struct stat status;
    ReachRow *row;
    Error why = {0};

    if (access(*file->path, R_OK) != 0 || stat(*file->path, &status) != 0) {
        row = reach_add(reach, REACH_FAILED, "file", file->name, "%s: %s", *file->path,
                        strerror(errno));
        reach_remedy(row, "make the file, readable by you, or correct %s", file->name);
        return false;
    }
    if (file->reads && !file->reads(*file->path, &why)) {
        reach_fail(reach, "file", file->name, &why, NULL);
        return false;
    }
    if (file->is_secret && (status.st_mode & (S_IRWXG | S_IRWXO))) {
        row = reach_add(reach, REACH_WARN, "file", file->name, "%s: others may use it (mode %03o)",
                        *file->path, (unsigned)(status.st_mode & 0777));
        reach_remedy(row, "chmod 600 %s", *file->path);
        return true;
    }
    reach_add(reach, REACH_OK, "file", file->name, "%s", *file->path);
    return true;
}

void reach_files(Reach *reach, Environment *usable)
{
    static const char NOTHING[] = "/dev/null";
    const NamedFile files[] = {
        {"frontEnvoy.passwordFile",        &usable->front.password_file,       NOTHING, true,  NULL     },
        {"frontEnvoy.caFile",              &usable->front.ca_file,             NULL,    false, NULL     },
        {"frontEnvoy.tokenFile",           &usable->front.token_file,          NOTHING, true,  NULL     },
        {"elasticsearch.passwordFile",     &usable->elastic.password_file,     NULL,    true,  NULL     },
        {"elasticsearch.caFile",           &usable->elastic.ca_file,           NULL,    false, NULL     },
        {"postgres.passwordFile",          &usable->postgres.password_file,    NOTHING, true,  NULL     },
        {"postgres.caFile",                &usable->postgres.ca_file,          NULL,    false, NULL     },
        {"postgres.clientCertificateFile", &usable->postgres.certificate_file, NULL,    false, NULL     },
        {"postgres.clientKeyFile",         &usable->postgres.key_file,         NULL,    true,  NULL     },
        {"dns.keyFile",                    &usable->dns.key_file,              NULL,    true,  reads_key},
    };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (*files[i].path && !is_there(reach, &files[i]))
            *files[i].path = files[i].instead;
}
