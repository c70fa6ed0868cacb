/*
 * sim/operators/backups.h - a plane's own backups: kubegres' CronJob, which dumps the database every night onto a volume in the cluster.
 *
 * Source: domain.md 4.4 (name, schedule and script of it [INFER R1]). What its dumps hold nobody here can see: only whether they were taken.
 */
#ifndef SIM_OPERATORS_BACKUPS_H
#define SIM_OPERATORS_BACKUPS_H

#include "sim/inside.h"

/* The CronJob and its volume, if they are not there: when the last one succeeded is a parameter of the world. */
void plane_backups_make(Plane *plane);

#endif
