/*
 * tests/engine/survey/survey_test.c - what looking at a small world tells, and that the file made of it says what the world's own says.
 */
#include "engine/survey/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/environment.h"
#include "tests/engine/small_world.h"
#include "tests/test.h"

static bool look(const SmallWorld *small, const Environment *own, const char *second,
                 const char *const *sites, Survey *out, Error *err)
{
    return survey_make(
        &(SurveyOptions){
            .loop = small->loop,
            .kubeconfig = own->kubeconfig,
            .planes = {"mp1", second},
            .control_planes = sites,
            .name_servers = own->dns.servers,
            .name_server_count = own->dns.server_count
    },
        out, err);
}

/* Writes what was found beside the world's files, and reads it as an environment. */
static bool read_back(const SmallWorld *small, const Survey *survey, bool has_ca,
                      Environment *out_environment, Error *err)
{
    char *path = memory_format("%s/found.yaml", small->folder);
    char *text = survey_text(survey, &(SurveyFile){.kubeconfig = "kubeconfig",
                                                   .ca_file = has_ca ? "ca.pem" : NULL});
    bool ok = CHECK(file_write(path, text, strlen(text), 0600, NULL)) &&
              environment_read(path, out_environment, err);

    free(text);
    free(path);
    return ok;
}

static void check_plane(const EnvironmentPlane *found, const EnvironmentPlane *own)
{
    CHECK_TEXT(found->name, own->name);
    CHECK_TEXT(found->context, own->context);
    CHECK_TEXT(found->ns, own->ns);
    CHECK_TEXT(found->resource_name, own->resource_name);
    CHECK_TEXT(found->permanent_name, own->permanent_name);
    CHECK(found->cluster_uid != NULL);
    if (!CHECK(found->postgres_count == own->postgres_count))
        return;
    for (size_t i = 0; i < own->postgres_count; i++) {
        CHECK_TEXT(found->postgres[i].name, own->postgres[i].name);
        CHECK_TEXT(found->postgres[i].ip, own->postgres[i].ip);
    }
}

static void check_same(const Environment *found, const Environment *own)
{
    CHECK_TEXT(found->organization, own->organization);
    CHECK_TEXT(found->floating_name, own->floating_name);
    CHECK_INTEGER(found->active, own->active);
    for (int i = 0; i < 2; i++)
        check_plane(&found->planes[i], &own->planes[i]);
    CHECK_INTEGER(found->control_plane_count, own->control_plane_count);
    CHECK_TEXT(found->control_planes[1].name, own->control_planes[1].name);
    CHECK_TEXT(found->control_planes[1].ns, own->control_planes[1].ns);
    CHECK_INTEGER(found->front.port, own->front.port);
    CHECK_TEXT(found->front.ca_file, own->front.ca_file);
    CHECK_TEXT(found->dns.zone, own->dns.zone);
    CHECK_INTEGER(found->dns.server_count, own->dns.server_count);
    CHECK_TEXT(found->dns.servers[0].ip, own->dns.servers[0].ip);
    CHECK_INTEGER(found->dns.servers[0].port, own->dns.servers[0].port);
    CHECK_INTEGER(found->dns.uses_addresses, own->dns.uses_addresses);
}

static void test_whole(const SmallWorld *small, const Environment *own)
{
    Survey survey;
    Environment found;
    Error err = {0};

    if (CHECK(look(small, own, "mp2", NULL, &survey, &err)) &&
        CHECK(read_back(small, &survey, true, &found, &err))) {
        check_same(&found, own);
        environment_release(&found);
    }
    CHECK_TEXT(err.message, "");
    survey_release(&survey);
}

/* A context with nothing of TSB in it is no plane, and none is no control plane: it is said, with what to do. */
static void test_not_found(const SmallWorld *small, const Environment *own)
{
    static const char *const SITES[] = {"mp1", "nowhere", NULL};
    Survey survey;
    Environment found;
    char *text;
    Error err = {0};

    CHECK(look(small, own, "cp-0001", SITES, &survey, NULL));
    text = survey_text(&survey, &(SurveyFile){0});
    CHECK(strstr(text, "# permanentName:") != NULL);
    CHECK(strstr(text, "no ManagementPlane resource") != NULL);
    CHECK(strstr(text, "# context nowhere") != NULL);
    CHECK(strstr(text, "# caFile:") != NULL && strstr(text, "--write-ca") != NULL);
    CHECK(strstr(text, "BEGIN") == NULL);
    CHECK(!read_back(small, &survey, false, &found, &err));
    CHECK(strstr(err.message, "floatingName: missing") != NULL);
    free(text);
    survey_release(&survey);
}

static void test_no_context(const SmallWorld *small, const Environment *own)
{
    Survey survey;
    Error err = {0};

    CHECK(!look(small, own, "mp3", NULL, &survey, &err));
    CHECK_INTEGER(err.code, ERR_NOT_FOUND);
    CHECK(strstr(err.message, "did you mean \"mp") != NULL);
    survey_release(&survey);
}

static void test_survey(void)
{
    SmallWorld small;
    Environment own;

    small_world_open(&small);
    small_world_environment(&small, &own);
    test_whole(&small, &own);
    test_not_found(&small, &own);
    test_no_context(&small, &own);
    environment_release(&own);
    small_world_close(&small);
}

TEST_SUITE("engine/survey/survey", {"survey", test_survey});
