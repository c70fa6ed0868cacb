/*
 * sim/state.h - what there is in a world at one moment, without what no two runs share.
 *
 * Two runs that should have come to the same end are held against each other by it: objects of the planes' and the control planes'
 * clusters, the records of the zone, who is primary in the databases and the rows that they hold, and who has the leases. Left out are
 * numbers that count writes, times, random names and keys, what others wrote meanwhile (the workload's tenants), and what controllers
 * make of the rest (pods, replica sets, endpoints, events).
 *
 *   {"clusters": {"mp1": {"deployments tsb/envoy": {...}}}, "zone": {"tsb.example.com. CNAME": ["60 mp2.tsb.example.com."]},
 *    "lease": {"mp1": "", "mp2": "", "lastFailover": {...}},
 *    "databases": {"mp1": {"members": {"tsb-postgres-1": "ready primary"}, "rows": {...}}}}
 */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include "base/json.h"
#include "sim/world.h"

cJSON *world_state(World *world); /* cJSON_Delete() it */

#endif
