/*
 * tests/engine/backup/seal_test.c - what is sealed here is opened by the openssl program, and by nobody without the key.
 */
#include "engine/backup/seal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/engine/backup/cellar.h"
#include "tests/test.h"

enum { LONG = 300000 };

static Buffer long_text(void)
{
    Buffer text = {0};

    for (int i = 0; text.length < LONG; i++)
        buffer_format(&text, "line %d\n", i);
    return text;
}

static bool writes(const Cellar *cellar, const char *name, const SealFor *whom, SealedFile *out)
{
    Buffer text = long_text();
    char *path = cellar_path(cellar, name);
    bool ok = seal_write(path, whom, text.data, text.length, out, NULL);

    buffer_release(&text);
    free(path);
    return ok;
}

static bool reads(const Cellar *cellar, const char *name, const SealKeys *keys, ErrorCode *out_code)
{
    Buffer text = long_text(), read = {0};
    char *path = cellar_path(cellar, name);
    Error why = {0};
    bool ok = seal_read(path, keys, &read, &why) && read.length == text.length &&
              memcmp(read.data, text.data, text.length) == 0;

    *out_code = why.code;
    seal_forget(&read);
    buffer_release(&text);
    free(path);
    return ok;
}

static void write_plain(const Cellar *cellar)
{
    SealedFile file;

    CHECK(writes(cellar, "plain", &(SealFor){0}, &file));
    CHECK_INTEGER(file.bytes >= LONG, true);
}

static void test_openssl_opens_it(void)
{
    Cellar cellar;
    SealedFile file;

    cellar_open(&cellar);
    write_plain(&cellar);
    CHECK(writes(&cellar, "rsa.cms", &(SealFor){.recipient_file = cellar.rsa}, &file));
    CHECK(cellar_runs(&cellar,
                      "openssl cms -decrypt -inform DER -in rsa.cms -inkey rsa.key | cmp - plain"));
    CHECK(cellar_runs(
        &cellar, "openssl cms -cmsout -print -noout -inform DER -in rsa.cms | grep -q rsaesOaep"));
    CHECK(writes(&cellar, "ec.cms", &(SealFor){.recipient_file = cellar.ec}, &file));
    CHECK(cellar_runs(
        &cellar,
        "openssl cms -decrypt -inform DER -in ec.cms -inkey ec.key -recip ec.pem | cmp - plain"));
    CHECK(writes(&cellar, "password.cms", &(SealFor){.password_file = cellar.password}, &file));
    CHECK(cellar_runs(&cellar, "openssl cms -decrypt -inform DER -in password.cms "
                               "-pwri_password 'correct horse battery staple' | cmp - plain"));
    CHECK(!cellar_runs(&cellar, "grep -qa 'line 1' rsa.cms ec.cms password.cms"));
    cellar_close(&cellar);
}

static void test_only_the_key_opens_it(void)
{
    Cellar cellar;
    SealedFile file;
    ErrorCode code;

    cellar_open(&cellar);
    CHECK(writes(&cellar, "rsa.cms", &(SealFor){.recipient_file = cellar.rsa}, &file));
    CHECK(reads(&cellar, "rsa.cms", &(SealKeys){.key_file = cellar.rsa_key}, &code));
    CHECK(!reads(&cellar, "rsa.cms", &(SealKeys){.key_file = cellar.ec_key}, &code));
    CHECK_INTEGER(code, ERR_DENIED);
    CHECK(!reads(&cellar, "rsa.cms", &(SealKeys){0}, &code));
    CHECK_INTEGER(code, ERR_DENIED);
    CHECK(writes(&cellar, "ec.cms", &(SealFor){.recipient_file = cellar.ec}, &file));
    CHECK(reads(&cellar, "ec.cms", &(SealKeys){.key_file = cellar.ec_key}, &code));
    CHECK(writes(&cellar, "both.cms",
                 &(SealFor){.recipient_file = cellar.rsa, .password_file = cellar.password},
                 &file));
    CHECK(reads(&cellar, "both.cms", &(SealKeys){.key_file = cellar.rsa_key}, &code));
    CHECK(reads(&cellar, "both.cms", &(SealKeys){.password_file = cellar.password}, &code));
    CHECK(!reads(&cellar, "both.cms", &(SealKeys){.password_file = cellar.other_password}, &code));
    CHECK_INTEGER(code, ERR_DENIED);
    cellar_close(&cellar);
}

/* Cut off or not, the digest tells; and what is no CMS at all is named so. */
static void test_damage(void)
{
    Cellar cellar;
    SealedFile file, seen;
    ErrorCode code;
    char *path;

    cellar_open(&cellar);
    path = cellar_path(&cellar, "rsa.cms");
    CHECK(writes(&cellar, "rsa.cms", &(SealFor){.recipient_file = cellar.rsa}, &file));
    CHECK(seal_look(path, &seen, NULL));
    CHECK_TEXT(seen.sha256, file.sha256);
    CHECK_INTEGER(seen.bytes, file.bytes);
    CHECK(cellar_runs(&cellar, "truncate -s -100 rsa.cms"));
    CHECK(seal_look(path, &seen, NULL) && strcmp(seen.sha256, file.sha256) != 0);
    CHECK(!reads(&cellar, "rsa.cms", &(SealKeys){.key_file = cellar.rsa_key}, &code));
    CHECK_INTEGER(code, ERR_INPUT);
    free(path);
    cellar_close(&cellar);
}

static void test_rights_and_leftovers(void)
{
    Cellar cellar;
    SealedFile file;
    SealWriter *writer = NULL;
    struct stat there;
    char *path;

    cellar_open(&cellar);
    path = cellar_path(&cellar, "it");
    CHECK(seal_open(path, &(SealFor){0}, &writer, NULL) && seal_add(writer, "half", 4, NULL));
    seal_free(writer);
    CHECK(!file_exists(path));
    CHECK(!cellar_runs(&cellar, "ls | grep -q '^it'"));
    CHECK(seal_write(path, &(SealFor){0}, "whole", 5, &file, NULL));
    CHECK(stat(path, &there) == 0);
    CHECK_INTEGER(there.st_mode & 0777, 0600);
    free(path);
    cellar_close(&cellar);
}

static void test_who_it_cannot_be_for(void)
{
    Cellar cellar;
    Error why = {0};

    cellar_open(&cellar);
    CHECK(seal_check(&(SealFor){.recipient_file = cellar.rsa, .password_file = cellar.password},
                     NULL));
    CHECK(!seal_check(&(SealFor){.recipient_file = cellar.rsa_key}, &why));
    CHECK(strstr(why.message, "holds no certificate") != NULL);
    CHECK(!seal_check(&(SealFor){.recipient_file = "/nowhere.pem"}, NULL));
    cellar_write(&cellar, "empty", "\n");
    free(cellar.password);
    cellar.password = cellar_path(&cellar, "empty");
    CHECK(!seal_check(&(SealFor){.password_file = cellar.password}, &why));
    CHECK_INTEGER(why.code, ERR_INPUT);
    cellar_close(&cellar);
}

TEST_SUITE("engine/backup/seal", {"openssl opens it", test_openssl_opens_it},
           {"only the key opens it", test_only_the_key_opens_it}, {"damage", test_damage},
           {"rights and leftovers", test_rights_and_leftovers},
           {"who it cannot be for", test_who_it_cannot_be_for});
