/*
 * sim/controllers/schedule.h - when a CronJob is due: "0 2 * * 1-5" and its short forms.
 *
 * Source: Kubernetes' CronJob documentation: five fields (minute, hour, day of month, month, day of week), lists, ranges, steps, names of
 * months and days; @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually. Times are UTC. If both days are restricted, either
 * one does.
 */
#ifndef SIM_CONTROLLERS_SCHEDULE_H
#define SIM_CONTROLLERS_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t minutes, hours, days, months, weekdays; /* a bit for each that is meant */
    bool any_day, any_weekday;                       /* "*" */
} Schedule;

bool schedule_parse(const char *text, Schedule *out_schedule); /* false: it is none */
/* The first time after after_ms (wall, ms) that is meant; -1 if there is none in five years. */
int64_t schedule_next(const Schedule *schedule, int64_t after_ms);

#endif
