/*
 * fakes/net/stream.h - one connection as a fake server sees it: bytes in and out, with TLS or without.
 *
 * The descriptor is a Unix socket pair's end in simulated time and a TCP socket in real time; a server cannot tell
 * which. TLS runs over memory BIOs, so the bytes on the descriptor are real TLS records.
 *
 * A peer that ends its half is taken to have left: what is written still goes out, then the Stream closes. Writing to a
 * peer that left, or to a Stream that was closed, does nothing.
 *
 * Ownership: a Stream owns its descriptor. The owner gets exactly one on_closed, after which the Stream is gone;
 * stream_close and stream_reset lead to it too, from the loop, never from inside the call.
 */
#ifndef FAKES_NET_STREAM_H
#define FAKES_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/loop.h"
#include "base/trace.h"

typedef struct Stream Stream;

typedef struct {
    void (*on_data)(void *owner, const char *bytes, size_t length); /* plain text */
    void (*on_closed)(void *owner);                                 /* the Stream is no more */
    void (*on_drained)(void *owner); /* stream_ask_drained was asked; may be NULL if it never is */
} StreamEvents;

typedef struct {
    Loop *loop;
    Trace *trace; /* for the wire digest; may be NULL */
    SSL_CTX *tls; /* server context, borrowed; NULL: starts in clear */
    const char *const
        *protocols; /* for ALPN, NULL-ended, best first, borrowed; NULL: ALPN is passed over */
} StreamOptions;

/* Takes fd over (makes it non-blocking) and starts reading. */
Stream *stream_open(int fd, const StreamOptions *options, const StreamEvents *events, void *owner);

/* From the next byte on it is TLS (Postgres, after it answered 'S'). */
void stream_start_tls(Stream *stream, SSL_CTX *tls);

/* What the peer proved with its client certificate: its subject's CN, or NULL. Borrowed. */
const char *stream_peer_name(const Stream *stream);
/* That certificate was, is or will be valid then. */
bool stream_peer_is_valid_at(const Stream *stream, int64_t wall_ms);
/* Its subject's O entries, comma-separated, or NULL. */
const char *stream_peer_groups(const Stream *stream);
enum { STREAM_ADDRESS_MAX = 46 };
/* "127.0.0.1"; false if the peer has none. */
bool stream_peer_address(const Stream *stream, char out_text[STREAM_ADDRESS_MAX]);
SSL *stream_tls(const Stream *stream); /* NULL in clear; for channel binding */
/* What ALPN agreed on, one of StreamOptions.protocols; NULL: nothing, or not yet. */
const char *stream_protocol(const Stream *stream);

void stream_write(Stream *stream, const void *bytes, size_t length); /* copies */
size_t stream_unsent(const Stream *stream); /* bytes accepted and not yet taken by the kernel */
/* on_drained is called, once and from the loop, as soon as everything written has left. */
void stream_ask_drained(Stream *stream);
bool stream_is_open(
    const Stream *stream); /* false once it was closed, reset or cut: writing does nothing */
/* Reads no more: the peer sees silence, and whether it left is not noticed until stream_resume. */
void stream_pause(Stream *stream);
void stream_resume(Stream *stream);
void stream_close(Stream *stream); /* sends what is written, TLS close_notify, then closes */
/* Closes at once: the peer sees a reset; over a socket pair a bare end, unless bytes of its own were left unread. */
void stream_reset(Stream *stream);

/* Lets only the next length bytes of plain text out, then resets: "cut after n bytes". 0: what is written leaves first. */
void stream_cut_after(Stream *stream, size_t length);

#endif
