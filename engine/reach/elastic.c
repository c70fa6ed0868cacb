/*
 * engine/reach/elastic.c - the estate's Elasticsearch: nothing fails without it, so that what is wrong with it is a warning.
 */
#include <string.h>

#include "engine/reach/reach.h"

void reach_elastic(Reach *reach, Operation *operation)
{
    const char *url = operation->environment->elastic.url;
    ElasticView view;
    Error why = {0};

    if (!url)
        return;
    if (!see_elastic(operation, &view, &why))
        reach_fail(reach, "Elasticsearch", url, &why, NULL)->state = REACH_WARN;
    else if (strcmp(view.health, "red") == 0 || view.shards == 0)
        reach_remedy(reach_add(reach, REACH_WARN, "Elasticsearch", url,
                               "version %s, health %s, %lld primary shards", view.version,
                               view.health, (long long)view.shards),
                     "TSB serves without it, and has no whole history: mend or restore it");
    else
        reach_add(reach, REACH_OK, "Elasticsearch", url, "version %s, health %s", view.version,
                  view.health);
}
