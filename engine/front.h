/*
 * engine/front.h - reading TSB's REST API at a plane's front envoy, as whoever the environment names.
 *
 * Source: TSB, "REST API Guide": HTTP Basic, or a JWT in the header x-tetrate-token; "IAM" reference: Authenticate takes
 *         {basic: {username, password}} and gives {bearerToken, refreshToken}. At which path, nobody documents: frontEnvoy.loginPath.
 * A token is kept in memory, one for each plane, and got anew once for a request that is answered 401: from the file that holds it, or by
 * logging in. A login that is refused is an answer of the same status.
 */
#ifndef ENGINE_FRONT_H
#define ENGINE_FRONT_H

#include "engine/operation.h"

/*
 * GET path at that address, with the plane's permanent name for SNI, Host and certificate. An answer of any status is a success. Errors as
 * https.h has them, and ERR_IO for a token's file, ERR_PROTOCOL for a login that gives no token. Release the reply.
 */
bool front_get(Operation *operation, const Plane *plane, const char *ip, const char *path,
               HttpsReply *out_reply, Error *err);

#endif
