/*
 * conformance/fakes/dns/corpus.h - the DNS corpus: what real name servers answered, asked again of any.
 *
 * A file of cases/ is a group: `about`, and `cases`, each with what is sent (build.h), over what, and what each kind of server says
 * (tell.h). What a case changed in the zone is changed back at its end. Cases that known.yaml lists as KIND/GROUP/CASE the fake may fail;
 * one of them that it passes is mended, and wants to be taken from the list.
 *
 * Source:    docs/parity-dns.md; answers of BIND 9.18 and Knot 3.2, written by is_recording.
 */
#ifndef CONFORMANCE_FAKES_DNS_CORPUS_H
#define CONFORMANCE_FAKES_DNS_CORPUS_H

#include "conformance/fakes/dns/keys.h"
#include "conformance/fakes/dns/talk.h"
#include "conformance/fakes/parity.h"

typedef struct {
    WireTarget target;    /* serves the zone of the corpus, with its keys */
    const char *likeness; /* whose answers it must give: "bind", "knot" or "nsd" */
    const WireKeys *keys;
    const char *folder; /* with cases/ and known.yaml */
    const char *only;   /* cases whose GROUP/CASE has this in it; NULL: all */
    bool is_fake;       /* what known.yaml lists is known to fail; of a real server nothing is */
    bool is_recording;  /* what the target answers becomes what is expected of its kind */
    /* Of each group; any may be NULL. */
    void (*begin)(void *owner, const char *group);
    void (*end)(void *owner, const char *group);
    ParityListener *listener;
    void *owner;
} WireCorpusOptions;

/*
 * Fails with ERR_IO or ERR_INPUT if a file of the corpus cannot be read, ERR_UNAVAILABLE if nobody is there, or the zone is not
 * given away, or cannot be changed back; ERR_STOPPED.
 */
bool wire_corpus_run(const WireCorpusOptions *options, ParityTally *out_tally, Error *err);

/* "bind", "knot", "nsd", NULL-ended. */
const char *const *wire_likenesses(void);

#endif
