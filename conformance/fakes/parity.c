/*
 * conformance/fakes/parity.c - what asking a server again what another was asked comes to: an outcome for each exchange.
 */
#include "conformance/fakes/parity.h"

const char *parity_result_name(ParityResult result)
{
    static const char *const NAMES[] = {"passed", "failed", "known", "mended", "skipped", "unmade"};

    return NAMES[result];
}

size_t parity_asked(const ParityTally *tally)
{
    return tally->results[PARITY_PASSED] + tally->results[PARITY_FAILED] +
           tally->results[PARITY_KNOWN] + tally->results[PARITY_MENDED];
}

ParityResult parity_judge(const Known *known, const char *case_name, int64_t exchange,
                          const Differences *differences, const char **out_reason)
{
    *out_reason = known ? known_reason(known, case_name, exchange) : NULL;
    if (differences->count)
        return *out_reason ? PARITY_KNOWN : PARITY_FAILED;
    return *out_reason ? PARITY_MENDED : PARITY_PASSED;
}
