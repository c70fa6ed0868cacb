/*
 * fakes/postgres/times.h - timestamps and intervals, in the texts that Postgres reads and prints.
 *
 * Source: datetime.c and timestamp.c of PostgreSQL 15 (EncodeInterval in the style "postgres", interval_mul). The zone is UTC. What has
 * months in it is not read: how long they are depends on what they are added to.
 * Units:  microseconds, since 1970.
 */
#ifndef FAKES_POSTGRES_TIMES_H
#define FAKES_POSTGRES_TIMES_H

#include "fakes/postgres/types.h"

const char *times_timestamp_text(int64_t micros, Arena *arena);
const char *times_interval_text(const PgValue *value, Arena *arena);
bool times_timestamp_parse(const char *text, int64_t *out);
/* "1 day 02:03:04.5", "-5 minutes", "90 seconds"; false: it is none, or has months. */
bool times_interval_parse(const char *text, PgValue *out);

PgValue times_interval(int64_t micros, int32_t days);
/* What lies between two timestamps, full days as days. */
PgValue times_difference(int64_t micros);
/* What is added to a timestamp. */
int64_t times_micros(const PgValue *interval);
PgValue times_scale(const PgValue *interval, double factor);

#endif
