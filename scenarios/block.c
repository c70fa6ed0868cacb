/*
 * scenarios/block.c - a block of loopback addresses that no other run in real time has.
 *
 * A bound socket is the sign that a block is taken: the kernel lets only one have it, and takes it back however its owner ends.
 */
#include "scenarios/block.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_BLOCK = 20, LAST_BLOCK = 76, SIGN_PORT = 9 }; /* a world takes two */

static bool take(int block)
{
    struct sockaddr_in sign = {.sin_family = AF_INET, .sin_port = htons(SIGN_PORT)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    sign.sin_addr.s_addr = htonl(127u << 24 | (unsigned)block << 16 | 255u << 8 | 254u);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&sign, sizeof sign) == 0)
        return true; // cppcheck-suppress resourceLeak ; it stays open
    if (fd >= 0)
        close(fd);
    return false;
}

bool block_take(int *out_block, Error *err)
{
    for (int block = FIRST_BLOCK; block <= LAST_BLOCK; block += 2) {
        if (take(block)) {
            *out_block = block;
            return true;
        }
    }
    return error_set(err, ERR_CONFLICT,
                     "no addresses left for a world in real time: from 127.%d "
                     "to 127.%d.x.y all are taken",
                     FIRST_BLOCK, LAST_BLOCK + 1);
}
