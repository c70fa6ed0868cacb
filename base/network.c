/*
 * base/network.c - the fault questions, for callers that may stand in a world without faults.
 */
#include "base/network.h"

Fault fault_ask(const FaultPoints *points, const FaultCall *call)
{
    if (points == NULL)
        return (Fault){.kind = FAULT_NONE};
    return points->ask(points->self, call);
}

void fault_witness(const FaultPoints *points, const Fault *fault, const FaultCall *call,
                   const char *evidence)
{
    if (points != NULL && points->witness != NULL)
        points->witness(points->self, fault, call, evidence);
}
