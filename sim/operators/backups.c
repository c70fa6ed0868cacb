/*
 * sim/operators/backups.c - a plane's own backups: kubegres' CronJob, which dumps the database every night onto a volume in the cluster.
 */
#include "sim/operators/backups.h"

#include <stdio.h>

#include "base/clock.h"
#include "sim/objects.h"

static const char NAME[] = "backup-tsb-postgres", VOLUME[] = "tsb-backup", MAKER[] = "kubegres";

static void make_volume(Plane *plane)
{
    object_create(plane->cluster, "persistentvolumeclaims", plane->ns, MAKER,
                  object_format("{'metadata':{'name':'%s'},'spec':{'accessModes':['ReadWriteOnce'],"
                                "'storageClassName':'standard','resources':{'requests':{"
                                "'storage':'10Gi'}}}}",
                                VOLUME));
}

/* What its pod does is no more than to take its time, and to fail if that is what the world is about. */
static cJSON *cron_job(Plane *plane)
{
    const WorldParameters *parameters = &plane->world->parameters;
    Random random = world_random(plane->world, plane->index ? "backups/mp2" : "backups/mp1");

    return object_format(
        "{'metadata':{'name':'%s','labels':{'app':'%s'}},'spec':{'schedule':'0 2 * * *',"
        "'concurrencyPolicy':'Forbid','jobTemplate':{'spec':{'backoffLimit':%d,'template':{"
        "'metadata':{'labels':{'app':'%s'}},'spec':{'restartPolicy':'Never','volumes':[{'name':"
        "'backup','persistentVolumeClaim':{'claimName':'%s'}}],'containers':[{'name':'backup',"
        "'image':'containers.dl.tetrate.io/postgres:%lld','env':[{'name':"
        "'BACKUP_SOURCE_DB_HOST_NAME','value':'tsb-postgres-replica'}],'command':['/bin/sh','-c',"
        "'sleep %lld; exit %d']}]}}}}}}",
        NAME, NAME, 1, NAME, VOLUME, (long long)parameters->replication.server_version_num / 10000,
        (long long)span_draw(&parameters->backup.job_takes, &random) / 1000,
        parameters->backup.job_fails ? 1 : 0);
}

void plane_backups_make(Plane *plane)
{
    const World *world = plane->world;
    char last[CLOCK_TEXT_MAX];

    if (!world->parameters.backup.has_cron_job ||
        world->parameters.standby.fed_by == WORLD_FED_BY_RESTORE || /* feed.c has its own */
        kube_find(plane->cluster, "cronjobs", plane->ns, NAME))
        return;
    make_volume(plane);
    object_create(plane->cluster, "cronjobs", plane->ns, MAKER, cron_job(plane));
    if (world->is_started)
        return; /* a plane that was installed only now has none to show */
    clock_rfc3339(world->began_ms - world->parameters.backup.last_ago_ms, last);
    object_set_status(plane->cluster, "cronjobs", plane->ns, NAME, MAKER,
                      object_format("{'lastSuccessfulTime':'%s'}", last));
}
