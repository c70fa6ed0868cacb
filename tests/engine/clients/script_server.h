/*
 * tests/engine/clients/script_server.h - an HTTP server that answers as a test's script says, badly if told to.
 *
 * It knows just enough HTTP to see where a request ends, so that a test can send any bytes back, or none.
 */
#ifndef TESTS_ENGINE_CLIENTS_SCRIPT_SERVER_H
#define TESTS_ENGINE_CLIENTS_SCRIPT_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "base/buffer.h"
#include "base/loop.h"

typedef struct ScriptServer ScriptServer;

typedef enum { SCRIPT_KEEP, SCRIPT_CLOSE, SCRIPT_RESET } ScriptThen;
typedef struct {
    const char *bytes; /* raw, with status line; copied; NULL: say nothing */
    ScriptThen then;
} ScriptAnswer;
typedef ScriptAnswer Script(void *owner, size_t number, const char *request); /* number from 0 */

/* tls: borrowed, or NULL. Listens on a free port of 127.0.0.1. */
ScriptServer *script_server_new(Loop *loop, SSL_CTX *tls, Script *script, void *owner);
void script_server_free(ScriptServer *server); /* only when its loop will be freed next */
void script_server_stop(ScriptServer *server); /* listens no more */
uint16_t script_server_port(const ScriptServer *server);
size_t script_server_connections(const ScriptServer *server);
size_t script_server_requests(const ScriptServer *server);
const char *script_server_request(const ScriptServer *server); /* the last one, whole */
void script_server_accept(void *server, int fd);               /* for the seam */

/* "HTTP/1.1 200 OK" and so on around a body; extra: header lines, each ended by \r\n. Valid until the next call. */
const char *script_answer(ScriptServer *server, int status, const char *extra, const char *body);

#endif
