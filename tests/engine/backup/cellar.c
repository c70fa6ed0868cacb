/*
 * tests/engine/backup/cellar.c - a folder with keys, for tests that write and read backups.
 */
#include "tests/engine/backup/cellar.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/backup/packing.h"
#include "engine/backup/secrets.h"
#include "tests/test.h"

const char CELLAR_DUMP[] =
    "SET statement_timeout = 0;\nCREATE TABLE public.tenants (key text PRIMARY KEY, value json);\n"
    "COPY public.tenants (key, value) FROM stdin;\ntenants/a\t{}\n\\.\n"
    "--\n-- PostgreSQL database dump complete\n--\n\n";

char *cellar_path(const Cellar *cellar, const char *name)
{
    return memory_format("%s/%s", cellar->folder, name);
}

bool cellar_runs(const Cellar *cellar, const char *command)
{
    char *whole = memory_format("cd '%s' && { %s; } 2>/dev/null", cellar->folder, command);
    bool ok = system(whole) == 0;

    free(whole);
    return ok;
}

void cellar_write(const Cellar *cellar, const char *name, const char *text)
{
    char *path = cellar_path(cellar, name);

    CHECK(file_write(path, text, strlen(text), 0600, NULL));
    free(path);
}

void cellar_open(Cellar *cellar)
{
    strcpy(cellar->folder, "/tmp/understudy-backup-test-XXXXXX");
    CHECK(mkdtemp(cellar->folder) != NULL);
    CHECK(cellar_runs(cellar, "openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=ops -days 2 "
                              "-keyout rsa.key -out rsa.pem"));
    CHECK(cellar_runs(cellar, "openssl req -x509 -nodes -newkey ec -pkeyopt "
                              "ec_paramgen_curve:P-256 -subj /CN=ops -days 2 "
                              "-keyout ec.key -out ec.pem"));
    cellar_write(cellar, "password", "correct horse battery staple\n");
    cellar_write(cellar, "other-password", "tr0ub4dor&3\n");
    cellar->rsa = cellar_path(cellar, "rsa.pem");
    cellar->rsa_key = cellar_path(cellar, "rsa.key");
    cellar->ec = cellar_path(cellar, "ec.pem");
    cellar->ec_key = cellar_path(cellar, "ec.key");
    cellar->password = cellar_path(cellar, "password");
    cellar->other_password = cellar_path(cellar, "other-password");
}

void cellar_close(Cellar *cellar)
{
    char *paths[] = {cellar->rsa,    cellar->rsa_key,  cellar->ec,
                     cellar->ec_key, cellar->password, cellar->other_password};
    char *command = memory_format("rm -rf '%s'", cellar->folder);

    CHECK_INTEGER(system(command), 0);
    free(command);
    for (size_t i = 0; i < TEST_COUNT(paths); i++)
        free(paths[i]);
}

/* ---- a backup ------------------------------------------------------------------------------------------------------------ */

static void add_secret(cJSON *items, cJSON *names, const char *name, const char *key,
                       const char *value)
{
    cJSON *secret = cJSON_CreateObject();
    char *path = memory_format("data/%s", key), *data = json_base64(value, strlen(value));

    json_put_string(secret, "apiVersion", "v1");
    json_put_string(secret, "kind", "Secret");
    json_put_string(secret, "metadata/name", name);
    json_put_string(secret, "metadata/namespace", "tsb");
    json_put_string(secret, path, data);
    cJSON_AddItemToArray(items, secret);
    cJSON_AddItemToArray(names, cJSON_CreateString(name));
    free(data);
    free(path);
}

static cJSON *secrets_of(cJSON *names)
{
    cJSON *list = cJSON_CreateObject(), *items = cJSON_CreateArray();
    const SecretRow *row;

    json_put_string(list, "apiVersion", "v1");
    json_put_string(list, "kind", "List");
    json_put(list, "items", items);
    add_secret(items, names, SIGNING_KEY, "kid", "the-kid");
    for (int i = 0; (row = secret_row(i)); i++)
        if (!row->is_optional)
            add_secret(items, names, row->name, "it", "its value");
    return list;
}

static void note_file(cJSON *manifest, const char *folder, const char *holds, const char *name)
{
    char *path = memory_format("%s/%s", folder, name);
    cJSON *files = json_find(manifest, "files"), *file = NULL, *known;
    SealedFile there = {0};

    CHECK(seal_look(path, &there, NULL));
    cJSON_ArrayForEach(known, files)
    {
        if (strcmp(json_string_or(known, "holds", ""), holds) == 0)
            file = known;
    }
    if (!file) {
        file = cJSON_CreateObject();
        cJSON_AddItemToArray(files, file);
    }
    json_put_string(file, "holds", holds);
    json_put_string(file, "name", name);
    json_put_string(file, "sha256", there.sha256);
    json_put_integer(file, "bytes", there.bytes);
    free(path);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", folder, name);

    CHECK(file_write(path, text, strlen(text), 0600, NULL));
    free(path);
}

static void write_tree(const char *folder, const char *name, const cJSON *tree)
{
    char *text = json_text(tree);

    write_text(folder, name, text);
    free(text);
}

static void write_dump(const char *folder, const char *text)
{
    char *path = memory_format("%s/database.sql.gz", folder);
    SealWriter *writer = NULL;
    SealedFile file;
    Packing *packing;

    if (CHECK(seal_open(path, &(SealFor){0}, &writer, NULL))) {
        packing = packing_new(writer);
        CHECK(packing_add(packing, text, strlen(text), NULL) && packing_finish(packing, NULL));
        CHECK(seal_finish(writer, &file, NULL));
        packing_free(packing);
    }
    seal_free(writer);
    free(path);
}

static cJSON *manifest_of(cJSON *names)
{
    cJSON *manifest = cJSON_CreateObject();

    json_put_integer(manifest, "format", BACKUP_FORMAT);
    json_put_string(manifest, "purpose", BACKUP_WHOLE);
    json_put_string(manifest, "takenAt", "2026-03-01T03:00:00Z");
    json_put_string(manifest, "environment", "world");
    json_put_string(manifest, "encryption", "none");
    json_put_string(manifest, "plane/name", "mp1");
    json_put_string(manifest, "plane/namespace", "tsb");
    json_put_string(manifest, "signingKey/secret", SIGNING_KEY);
    json_put_string(manifest, "signingKey/id", "the-kid");
    json_put_string(manifest, "database/file", "database.sql.gz");
    json_put(manifest, "secrets/present", names);
    json_put(manifest, "files", cJSON_CreateArray());
    return manifest;
}

char *cellar_backup(const Cellar *cellar, const char *name)
{
    char *folder = cellar_path(cellar, name);
    cJSON *names = cJSON_CreateArray(), *secrets = secrets_of(names);
    cJSON *manifest = manifest_of(names);

    CHECK(file_make_folder(folder, NULL));
    write_tree(folder, "secrets.json", secrets);
    write_text(folder, "managementplane.json", "{\"kind\":\"ManagementPlane\"}");
    write_dump(folder, CELLAR_DUMP);
    note_file(manifest, folder, BACKUP_SECRETS, "secrets.json");
    note_file(manifest, folder, BACKUP_RESOURCE, "managementplane.json");
    note_file(manifest, folder, BACKUP_DATABASE, "database.sql.gz");
    write_tree(folder, BACKUP_MANIFEST, manifest);
    cJSON_Delete(secrets);
    cJSON_Delete(manifest);
    return folder;
}

/* ---- and what may be wrong with it ------------------------------------------------------------------------------------------ */

static cJSON *read_tree(const char *folder, const char *name)
{
    char *path = memory_format("%s/%s", folder, name), *text = NULL;
    size_t length = 0;
    cJSON *tree = NULL;

    CHECK(file_read(path, &text, &length, NULL) && json_parse(text, length, &tree, NULL));
    free(text);
    free(path);
    return tree;
}

static void put(cJSON *tree, const char *path, cJSON *value)
{
    if (value)
        json_put(tree, path, value);
    else
        json_remove(tree, path);
}

void cellar_change(const char *folder, const char *path, cJSON *value)
{
    cJSON *manifest = read_tree(folder, BACKUP_MANIFEST);

    put(manifest, path, value);
    write_tree(folder, BACKUP_MANIFEST, manifest);
    cJSON_Delete(manifest);
}

static void note_again(const char *folder, const char *holds, const char *name)
{
    cJSON *manifest = read_tree(folder, BACKUP_MANIFEST);

    note_file(manifest, folder, holds, name);
    write_tree(folder, BACKUP_MANIFEST, manifest);
    cJSON_Delete(manifest);
}

void cellar_change_secret(const char *folder, const char *path, cJSON *value)
{
    cJSON *secrets = read_tree(folder, "secrets.json");

    put(json_find(secrets, "items/0"), path, value);
    write_tree(folder, "secrets.json", secrets);
    note_again(folder, BACKUP_SECRETS, "secrets.json");
    cJSON_Delete(secrets);
}

void cellar_change_dump(const char *folder, const char *text)
{
    write_dump(folder, text);
    note_again(folder, BACKUP_DATABASE, "database.sql.gz");
}
