/*
 * tests/fakes/postgres/query_test.c - SQL and what it gives on a primary and on its standby.
 *
 * data/monitoring_columns.json: what PostgreSQL 15.20 said to the same statements: columns with types and sizes, and errors
 * with every field.
 */
#include "fakes/postgres/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"
#include "tests/test.h"

enum { ON_PRIMARY = 1, ON_STANDBY = 2, ON_BOTH = 3 };

static int64_t test_now_ms = 1795226400000; /* 2026-11-21T02:00:00Z */

static int64_t test_clock(void)
{
    return test_now_ms;
}

typedef struct {
    PgInstance *primary, *standby;
    Arena arena;
    PgReport report;
    SqlResult result;
    const char *command; /* the last that was run */
    bool is_superuser;
} Fixture;

static void write_row(PgInstance *primary, const char *key)
{
    cJSON *value = cJSON_CreateObject();

    cJSON_AddStringToObject(value, "name", key);
    CHECK(pg_write(primary, key, value, NULL));
    cJSON_Delete(value);
}

static void fixture_init(Fixture *fixture)
{
    PgInstanceOptions options = {
        .name = "tsb-postgres-1",
        .system_identifier = 7710404653448864183,
        .server_version_num = 150020,
        .timeline = 1,
        .start_lsn = 0x3000180,
        .now_ms = test_clock,
    };

    *fixture = (Fixture){.is_superuser = true};
    fixture->primary = pg_instance_new(&options);
    options.name = "tsb-postgres-2";
    fixture->standby = pg_instance_new(&options);
    write_row(fixture->primary, "tenants/b");
    write_row(fixture->primary, "tenants/a");
    write_row(fixture->primary, "clusters/c");
    pg_follow(fixture->standby, fixture->primary, &(PgLink){.is_connected = true});
    test_now_ms += 2500;
}

static void fixture_release(Fixture *fixture)
{
    pg_instance_free(fixture->standby);
    pg_instance_free(fixture->primary);
    arena_release(&fixture->arena);
}

static void on_command(void *owner, const char *command)
{
    ((Fixture *)owner)->command = command;
}

/* One SELECT, all the way. */
static bool ask(Fixture *fixture, PgInstance *instance, const char *sql)
{
    SqlStatement *statement = NULL;
    SqlParameters parameters = {0};
    PgSettings settings = {.instance = instance};
    SqlContext context = {
        .instance = instance,
        .arena = &fixture->arena,
        .settings = &settings,
        .user = "postgres",
        .database = "tsb",
        .is_superuser = fixture->is_superuser,
        .now_us = test_now_ms * 1000,
        .on_command = on_command,
        .owner = fixture,
    };

    fixture->result = (SqlResult){0};
    return sql_parse(sql, &fixture->arena, &statement, &fixture->report) &&
           sql_analyse(statement->select, &fixture->arena, &parameters, &fixture->report) &&
           sql_run(statement->select, &context, &fixture->result, &fixture->report);
}

/* "a|b" for each row, rows divided by spaces; NULL is "-". */
static const char *rows_text(Fixture *fixture)
{
    const char *text = "";

    for (size_t row = 0; row < fixture->result.rows.count; row++) {
        for (int i = 0; i < fixture->result.column_count; i++) {
            const PgValue *value = &fixture->result.rows.rows[row][i];

            text = arena_format(&fixture->arena, "%s%s%s", text,
                                i > 0     ? "|"
                                : row > 0 ? " "
                                          : "",
                                value->is_null ? "-" : pg_value_text(value, &fixture->arena));
        }
    }
    return text;
}

static const struct {
    const char *sql;
    int where;
    const char *rows; /* or */
    const char *code;
} CASES[] = {
    {"select pg_is_in_recovery()",                                                                                                                                                 ON_PRIMARY, "f",                                            NULL   },
    {"select pg_is_in_recovery()",                                                                                                                                                 ON_STANDBY, "t",                                            NULL   },
    {"SELECT pg_is_in_recovery(), (SELECT timeline_id FROM pg_control_checkpoint()), COALESCE(pg_last_wal_replay_lsn()::text, ''), COALESCE(pg_last_wal_receive_lsn()::text, '')",
     ON_STANDBY,                                                                                                                                                                               "t|1|0/3000480|0/3000480",                      NULL   },
    {"SELECT pg_is_in_recovery(), (SELECT timeline_id FROM pg_control_checkpoint()), COALESCE(pg_last_wal_replay_lsn()::text, ''), COALESCE(pg_last_wal_receive_lsn()::text, '')",
     ON_PRIMARY,                                                                                                                                                                               "f|1||",                                        NULL   },
    {"SELECT status, COALESCE(received_tli, 0), COALESCE(EXTRACT(EPOCH FROM (now() - last_msg_receipt_time)), -1) FROM pg_stat_wal_receiver LIMIT 1",
     ON_STANDBY,                                                                                                                                                                               "streaming|1|2.500000",                         NULL   },
    {"SELECT status FROM pg_stat_wal_receiver",                                                                                                                                    ON_PRIMARY, "",                                             NULL   },
    {"SELECT COALESCE(pg_current_wal_lsn()::text, '')",                                                                                                                            ON_PRIMARY, "0/3000480",                                    NULL   },
    {"SELECT COALESCE(pg_current_wal_lsn()::text, '')",                                                                                                                            ON_STANDBY, NULL,                                           "55000"},
    {"SELECT slot_name, plugin, slot_type, datoid, database, active, active_pid, xmin, catalog_xmin, restart_lsn FROM pg_replication_slots WHERE slot_name = 'mp2'",
     ON_BOTH,                                                                                                                                                                                  "",                                             NULL   },
    {"select pg_current_wal_flush_lsn(), pg_current_wal_insert_lsn()",                                                                                                             ON_PRIMARY,
     "0/3000480|0/3000480",                                                                                                                                                                                                                    NULL   },
    {"select pg_switch_wal(), pg_current_wal_insert_lsn(), pg_walfile_name(pg_current_wal_insert_lsn())",
     ON_PRIMARY,                                                                                                                                                                               "0/4000000|0/4000028|000000010000000000000004", NULL   },
    {"select pg_walfile_name(pg_current_wal_lsn())",                                                                                                                               ON_PRIMARY, "000000010000000000000003",                     NULL   },
    {"select pg_walfile_name('0/3000000')",                                                                                                                                        ON_PRIMARY, "000000010000000000000002",                     NULL   },
    {"select pg_walfile_name('1/1')",                                                                                                                                              ON_PRIMARY, "000000010000000100000000",                     NULL   },
    {"select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/3000180')",                                                                                                                  ON_PRIMARY, "768",                                          NULL   },
    {"select pg_wal_lsn_diff('0/0', '0/10')::bigint AS d",                                                                                                                         ON_BOTH,    "-16",                                          NULL   },
    {"select pg_wal_lsn_diff(null, '0/10')",                                                                                                                                       ON_BOTH,    "-",                                            NULL   },
    {"select system_identifier from pg_control_system()",                                                                                                                          ON_BOTH,    "7710404653448864183",                          NULL   },
    {"SELECT system_identifier::text FROM pg_control_system()",                                                                                                                    ON_BOTH,    "7710404653448864183",
     NULL                                                                                                                                                                                                                                             },
    {"select pg_last_xact_replay_timestamp()",                                                                                                                                     ON_STANDBY, "2026-11-21 02:00:00+00",                       NULL   },
    {"select pg_last_xact_replay_timestamp() is null",                                                                                                                             ON_PRIMARY, "t",                                            NULL   },
    {"select now() - pg_last_xact_replay_timestamp()",                                                                                                                             ON_STANDBY, "00:00:02.5",                                   NULL   },
    {"SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp()) END AS lag",
     ON_STANDBY,                                                                                                                                                                               "0",                                            NULL   },
    {"select pg_is_wal_replay_paused(), pg_get_wal_replay_pause_state()",                                                                                                          ON_STANDBY,
     "f|not paused",                                                                                                                                                                                                                           NULL   },
    {"select pg_is_wal_replay_paused()",                                                                                                                                           ON_PRIMARY, NULL,                                           "55000"},
    {"select pg_promote()",                                                                                                                                                        ON_PRIMARY, NULL,                                           "55000"},
    {"select pg_promote(true, 0)",                                                                                                                                                 ON_STANDBY, NULL,                                           "22003"},
    {"select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), '0/1')",                                                                                                ON_STANDBY,
     "0/3000480",                                                                                                                                                                                                                              NULL   },
    {"select least(3, 1, null, 2), greatest(null, null)",                                                                                                                          ON_BOTH,    "1|-",                                          NULL   },
    {"select current_setting('server_version_num')::int >= 150000",                                                                                                                ON_BOTH,    "t",                                            NULL   },
    {"select current_setting('nope', true)",                                                                                                                                       ON_BOTH,    "-",                                            NULL   },
    {"select current_setting('nope')",                                                                                                                                             ON_BOTH,    NULL,                                           "42704"},
    {"select current_user, current_database(), session_user",                                                                                                                      ON_BOTH,    "postgres|tsb|postgres",
     NULL                                                                                                                                                                                                                                             },
    {"select 1",                                                                                                                                                                   ON_BOTH,    "1",                                            NULL   },
    {"select -1, 1.5, 'it''s', null, true",                                                                                                                                        ON_BOTH,    "-1|1.5|it's|-|t",                              NULL   },
    {"select not true or null, null and false, 1 is not null",                                                                                                                     ON_BOTH,    "-|f|t",                                        NULL   },
    {"select 1 = 1, 1 <> 1, 2 > 1, 'a' < 'b', 1 <= 0, 1 >= null",                                                                                                                  ON_BOTH,    "t|f|t|t|f|-",                                  NULL   },
    {"select cast('5' as integer) + 1 - 2",                                                                                                                                        ON_BOTH,    "4",                                            NULL   },
    {"select /* why */ 1 -- because\n",                                                                                                                                            ON_BOTH,    "1",                                            NULL   },
    {"select \"key\" from public.tenants t",                                                                                                                                       ON_BOTH,    "tenants/a tenants/b",                          NULL   },
    {"select key, value from tenants order by key",                                                                                                                                ON_BOTH,
     "tenants/a|{\"name\":\"tenants/a\"} tenants/b|{\"name\":\"tenants/b\"}",                                                                                                                                                                  NULL   },
    {"select key from tenants order by 1 desc limit 1",                                                                                                                            ON_BOTH,    "tenants/b",                                    NULL   },
    {"select t.key as k from tenants t where t.key = 'tenants/b' order by k",                                                                                                      ON_BOTH,    "tenants/b",
     NULL                                                                                                                                                                                                                                             },
    {"select count(*) from tenants",                                                                                                                                               ON_BOTH,    "2",                                            NULL   },
    {"select count(*) from tenants where key > 'tenants/a'",                                                                                                                       ON_BOTH,    "1",                                            NULL   },
    {"select count(*) > 0 from workspaces",                                                                                                                                        ON_BOTH,    "f",                                            NULL   },
    {"select count(*), key from tenants",                                                                                                                                          ON_BOTH,    NULL,                                           "42803"},
    {"select (select count(*) from tenants) + (select count(*) from clusters)",                                                                                                    ON_BOTH,    "3",                                            NULL   },
    {"select (select key from tenants)",                                                                                                                                           ON_BOTH,    NULL,                                           "21000"},
    {"select (select key from audit_log)",                                                                                                                                         ON_BOTH,    "-",                                            NULL   },
    {"select (select 1, 2)",                                                                                                                                                       ON_BOTH,    NULL,                                           "42601"},
    {"select key from tenants limit -1",                                                                                                                                           ON_BOTH,    NULL,                                           "2201W"},
    {"select application_name, state, replay_lsn = sent_lsn, sync_state from pg_stat_replication",
     ON_PRIMARY,                                                                                                                                                                               "walreceiver|streaming|t|async",                NULL   },
    {"select count(*) from pg_stat_replication where state = 'streaming'",                                                                                                         ON_STANDBY, "0",                                            NULL   },
    {"select nope",                                                                                                                                                                ON_BOTH,    NULL,                                           "42703"},
    {"select nope from tenants",                                                                                                                                                   ON_BOTH,    NULL,                                           "42703"},
    {"select *",                                                                                                                                                                   ON_BOTH,    NULL,                                           "42601"},
    {"select 1 from nope",                                                                                                                                                         ON_BOTH,    NULL,                                           "42P01"},
    {"select nope()",                                                                                                                                                              ON_BOTH,    NULL,                                           "0A000"},
    {"select pg_wal_lsn_diff(1, 2)",                                                                                                                                               ON_BOTH,    NULL,                                           "42883"},
    {"select pg_wal_lsn_diff('0/0')",                                                                                                                                              ON_BOTH,    NULL,                                           "42883"},
    {"select pg_wal_lsn_diff('x', '0/0')",                                                                                                                                         ON_BOTH,    NULL,                                           "22P02"},
    {"select 'x'::pg_lsn",                                                                                                                                                         ON_BOTH,    NULL,                                           "22P02"},
    {"select coalesce(1, 'x')",                                                                                                                                                    ON_BOTH,    NULL,                                           "22P02"},
    {"select coalesce(pg_is_in_recovery(), 1)",                                                                                                                                    ON_BOTH,    NULL,                                           "42804"},
    {"select 1 = pg_is_in_recovery()",                                                                                                                                             ON_BOTH,    NULL,                                           "42883"},
    {"select now()::pg_lsn",                                                                                                                                                       ON_BOTH,    NULL,                                           "42846"},
    {"select 1 where 1",                                                                                                                                                           ON_BOTH,    NULL,                                           "42804"},
    {"select 2147483647 + 1",                                                                                                                                                      ON_BOTH,    NULL,                                           "22003"},
    {"select (1",                                                                                                                                                                  ON_BOTH,    NULL,                                           "42601"},
    {"select 'a",                                                                                                                                                                  ON_BOTH,    NULL,                                           "42601"},
    {"select 1 1",                                                                                                                                                                 ON_BOTH,    NULL,                                           "42601"},
    {"select 1 group by 1",                                                                                                                                                        ON_BOTH,    "1",                                            NULL   },
    {"select 1 || 2",                                                                                                                                                              ON_BOTH,    NULL,                                           "42883"},
    {"select 1 union select 2",                                                                                                                                                    ON_BOTH,    NULL,                                           "0A000"},
    {"selec 1",                                                                                                                                                                    ON_BOTH,    NULL,                                           "42601"},
    {"explain select 1",                                                                                                                                                           ON_BOTH,    NULL,                                           "0A000"},
};

static void check_case(Fixture *fixture, PgInstance *instance, size_t i)
{
    bool ok = ask(fixture, instance, CASES[i].sql);

    if (!CHECK_CASE(CASES[i].sql, ok == (CASES[i].rows != NULL)))
        CHECK_TEXT(ok ? rows_text(fixture) : fixture->report.message, NULL);
    else if (ok)
        CHECK_TEXT(rows_text(fixture), CASES[i].rows);
    else
        CHECK_TEXT(fixture->report.code, CASES[i].code);
}

static void test_cases(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Fixture fixture;

        test_now_ms = 1795226400000;
        fixture_init(&fixture);
        if (CASES[i].where & ON_PRIMARY)
            check_case(&fixture, fixture.primary, i);
        if (CASES[i].where & ON_STANDBY)
            check_case(&fixture, fixture.standby, i);
        fixture_release(&fixture);
    }
}

static void test_commands(void)
{
    Fixture fixture;

    fixture_init(&fixture);
    CHECK(ask(&fixture, fixture.standby, "select pg_wal_replay_pause()"));
    CHECK_TEXT(fixture.command, "pg_wal_replay_pause");
    CHECK(ask(&fixture, fixture.standby, "select pg_get_wal_replay_pause_state()"));
    CHECK_TEXT(rows_text(&fixture), "paused");
    CHECK(ask(&fixture, fixture.standby, "select pg_wal_replay_resume()"));
    CHECK_TEXT(fixture.command, "pg_wal_replay_resume");
    fixture.is_superuser = false;
    fixture.command = NULL;
    CHECK(!ask(&fixture, fixture.standby, "select pg_promote()"));
    CHECK_TEXT(fixture.report.code, "42501");
    CHECK_TEXT(fixture.report.message, "permission denied for function pg_promote");
    fixture.is_superuser = true;
    CHECK(ask(&fixture, fixture.standby, "select pg_promote(false)"));
    CHECK_TEXT(fixture.command, "pg_promote");
    CHECK(!pg_is_in_recovery(fixture.standby));
    CHECK(ask(&fixture, fixture.standby,
              "select timeline_id, left_timeline from pg_control_checkpoint()") == false);
    CHECK(ask(&fixture, fixture.standby, "select timeline_id from pg_control_checkpoint()"));
    CHECK_TEXT(rows_text(&fixture), "1");
    test_now_ms += 1000;
    CHECK(ask(&fixture, fixture.standby, "select timeline_id from pg_control_checkpoint()"));
    CHECK_TEXT(rows_text(&fixture), "2");
    fixture_release(&fixture);
}

/* What the real server said to the same words. */
static void check_capture(Fixture *fixture, const cJSON *capture)
{
    const char *sql = json_string(capture, "q");
    bool is_standby = strcmp(json_string(capture, "server"), "standby") == 0;
    const cJSON *columns = json_find(capture, "cols"), *error = json_find(capture, "error");
    bool ok = ask(fixture, is_standby ? fixture->standby : fixture->primary, sql);

    CHECK_CASE(sql, ok == cJSON_IsNull(error));
    if (!ok && !cJSON_IsNull(error)) {
        CHECK_TEXT(fixture->report.code, json_string(error, "C"));
        CHECK_TEXT(fixture->report.message, json_string(error, "M"));
        CHECK_TEXT(*fixture->report.hint_text != '\0' ? fixture->report.hint_text
                                                      : fixture->report.hint,
                   json_string(error, "H"));
        CHECK_TEXT(fixture->report.source.file, json_string(error, "F"));
        CHECK_TEXT(fixture->report.source.line, json_string(error, "L"));
        CHECK_TEXT(fixture->report.source.routine, json_string(error, "R"));
        return;
    }
    if (!CHECK_CASE(sql, cJSON_GetArraySize(columns) == fixture->result.column_count))
        return;
    for (int i = 0; i < fixture->result.column_count; i++) {
        const cJSON *column = cJSON_GetArrayItem(columns, i);
        const PgTypeRow *type = pg_type_row(fixture->result.columns[i].type);

        CHECK_TEXT(fixture->result.columns[i].name, json_string(column, "0"));
        CHECK_TEXT(type->short_name, json_string(column, "1"));
        CHECK_INTEGER(type->oid, json_integer_or(column, "2", 0));
        CHECK_INTEGER(type->size, json_integer_or(column, "3", 0));
    }
}

static void test_captures(void)
{
    char *text = NULL;
    size_t length = 0;
    cJSON *captures = NULL, *capture;
    Error err;
    Fixture fixture;
    int count = 0;

    if (!CHECK(
            file_read("tests/fakes/postgres/data/monitoring_columns.json", &text, &length, &err)) ||
        !CHECK(json_parse(text, length, &captures, &err)))
        return;
    fixture_init(&fixture);
    cJSON_ArrayForEach(capture, captures)
    {
        check_capture(&fixture, capture);
        count++;
    }
    CHECK(count >= 30);
    fixture_release(&fixture);
    cJSON_Delete(captures);
    free(text);
}

/* Statements with bytes changed, taken out or doubled end, one way or the other. */
static void test_damaged(void)
{
    Fixture fixture;
    Random random;

    fixture_init(&fixture);
    random_init(&random, 1, "query_test");
    for (size_t i = 0; i < 5000; i++) {
        char *sql = arena_text(&fixture.arena, CASES[i % TEST_COUNT(CASES)].sql);
        size_t length = strlen(sql);
        SqlStatement *statement;

        for (int changes = 0; changes < 3; changes++) {
            size_t at = random_below(&random, length);

            if (random_chance(&random, 0.5))
                sql[at] = "()'\"$,.;:*-/ sel1\xff"[random_below(&random, 19)];
            else
                memmove(sql + at, sql + at + 1, length - at);
        }
        if (sql_parse(sql, &fixture.arena, &statement, &fixture.report) && statement != NULL &&
            statement->select != NULL && strstr(sql, "pg_promote") == NULL)
            ask(&fixture, fixture.standby, sql);
        arena_reset(&fixture.arena);
    }
    CHECK(pg_is_in_recovery(fixture.standby));
    fixture_release(&fixture);
}

static void test_deep(void)
{
    Fixture fixture;
    char sql[4100] = "select ";

    fixture_init(&fixture);
    memset(sql + 7, '(', 4000);
    CHECK(!ask(&fixture, fixture.primary, sql));
    CHECK_TEXT(fixture.report.code, "54001");
    fixture_release(&fixture);
}

TEST_SUITE("fakes/postgres/query", {"statements", test_cases}, {"commands", test_commands},
           {"as the real server said it", test_captures}, {"damaged", test_damaged},
           {"deep", test_deep});
