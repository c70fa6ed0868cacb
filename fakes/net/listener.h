/*
 * fakes/net/listener.h - a listening TCP socket on loopback, for worlds in real time.
 *
 * In simulated time the seam hands out connections instead, to the same on_connection callbacks.
 * Only addresses in 127.0.0.0/8 are accepted (ERR_INPUT otherwise).
 * Ownership: listener_stop frees it; the loop must run once more afterwards.
 */
#ifndef FAKES_NET_LISTENER_H
#define FAKES_NET_LISTENER_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"

typedef struct Listener Listener;

/* fd is non-blocking, close-on-exec, and the callee's to own. */
typedef void ListenerConnection(void *owner, int fd);

/* Port 0: any free one (listener_port). Fails with ERR_CONFLICT if ip:port is in use. */
bool listener_start(Loop *loop, const char *ip, uint16_t port, ListenerConnection *on_connection,
                    void *owner, Listener **out_listener, Error *err);
uint16_t listener_port(const Listener *listener);
void listener_stop(Listener *listener); /* accepts NULL; open connections stay */

#endif
