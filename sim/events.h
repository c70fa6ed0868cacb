/*
 * sim/events.h - what a world writes into the trace: the contract between the world, the judge and the reports.
 *
 * Times are the trace's. Each row: kind, lane, {data}. A judge needs nothing else, so that a recorded run can be judged again.
 *
 *   world.begin        "world"    {controlPlanes, planes:[{name, permanentName}], floatingName, seed, parameters:{...},
 *                                  initial:{mp1:{spec, replicas:{tsb,iam,envoy}}, mp2:{...}}}
 *   world.found        "world"    {planes:{mp1:{...}, mp2:{...}}}              as initial; how an engine finds it when it begins
 *   plane.api          plane      {serving: bool, writable: bool, why}        its API accepts logins and configuration writes
 *   plane.state        plane      {state: active|standby|fenced|starting|..., why}
 *   postgres.role      plane      {instance, role: primary|standby, timeline, lsn}
 *   postgres.promoted  plane      {instance, timeline, lsn}                    the point of no return
 *   kube.request       cluster    {verb, resource, namespace, name, code, user, changed}     by clients, not controllers;
 *                                  also reads of namespaces/kube-system (the identity check)
 *   controller.change  cluster    {by, resource, name, what}                   what operators and controllers did that matters
 *   loadbalancer       plane      {address, style, ip}                         at the start; assigned, changed, removed (address null)
 *   dns.changed        "dns"      {zone, serial, name, type, value, ttl, by}     by: only if it was no signed update: who else
 *   resolver.view      cp         {name, address|null, plane|null}             a cluster's resolver gave its edge this answer
 *   monitor.view       cp         {name, address|null, plane|null}             what a monitoring there finds at a permanent name
 *   edge.state         cp         {state: connected|disconnected|refused|synced|stuck, plane, why, lastSyncMs}
 *   token.deleted      cp         {secret, by, reachable, accountKnown}        reachable: the new active answers from there
 *   token.created      cp         {secret, kid, plane}
 *   site.host          cp         {host, was, by, onlyHost}                    its ControlPlane was changed: the name that it follows
 *   write.acknowledged plane      {key, lsn}                                   a configuration write a client got an answer for
 *   write.refused      plane      {key, why}
 *   program.started    "desk"     {name}                                       an engine started a program that the world plays
 *   program.ended      "desk"     {name, status}, or {name, signal}            by itself, or killed
 *   feed.state         plane      {suspended, tsb: bool, by}                   tsb-restore, and whether tsb is wanted there
 *   feed.dump          plane      {state: begun|done, dump, tsb}               dump: when it was taken
 *   feed.restore       plane      {state: begun|done, dump, tsb}
 *   fault.injected     "faults"   {fault, index, arguments}
 *   fault.witness      "faults"   {fault, index, evidence}
 *   fault.cleared      "faults"   {fault, index}
 *   world.end          "world"    {final:{mp1:{spec, replicas}, mp2:{...}}, activePlane|null,
 *                                  clusters:{total, synced, connected, notSynced:[names]},
 *                                  writes:{acknowledged, readable, missing:[keys]}, floating:{target, plane|null}}
 */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#define EVENT_WORLD_BEGIN        "world.begin"
#define EVENT_WORLD_FOUND        "world.found"
#define EVENT_WORLD_END          "world.end"
#define EVENT_PLANE_API          "plane.api"
#define EVENT_PLANE_STATE        "plane.state"
#define EVENT_POSTGRES_ROLE      "postgres.role"
#define EVENT_POSTGRES_PROMOTED  "postgres.promoted"
#define EVENT_KUBE_REQUEST       "kube.request"
#define EVENT_CONTROLLER_CHANGE  "controller.change"
#define EVENT_LOADBALANCER       "loadbalancer"
#define EVENT_DNS_CHANGED        "dns.changed"
#define EVENT_RESOLVER_VIEW      "resolver.view"
#define EVENT_MONITOR_VIEW       "monitor.view"
#define EVENT_EDGE_STATE         "edge.state"
#define EVENT_TOKEN_DELETED      "token.deleted"
#define EVENT_TOKEN_CREATED      "token.created"
#define EVENT_SITE_HOST          "site.host"
#define EVENT_WRITE_ACKNOWLEDGED "write.acknowledged"
#define EVENT_WRITE_REFUSED      "write.refused"
#define EVENT_PROGRAM_STARTED    "program.started"
#define EVENT_PROGRAM_ENDED      "program.ended"
#define EVENT_FEED_STATE         "feed.state"
#define EVENT_FEED_DUMP          "feed.dump"
#define EVENT_FEED_RESTORE       "feed.restore"
#define EVENT_FAULT_INJECTED     "fault.injected"
#define EVENT_FAULT_WITNESS      "fault.witness"
#define EVENT_FAULT_CLEARED      "fault.cleared"

#endif
