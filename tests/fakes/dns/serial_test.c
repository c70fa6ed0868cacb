/*
 * tests/fakes/dns/serial_test.c - zone serials wrap around (RFC 1982).
 */
#include "fakes/dns/serial.h"

#include "tests/test.h"

static const struct {
    const char *name;
    uint32_t serial, than;
    bool newer;
} NEWER_CASES[] = {
    {"one more",                         2,          1,          true },
    {"one less",                         1,          2,          false},
    {"the same",                         7,          7,          false},
    {"wraps past 2^32",                  0,          0xffffffff, true },
    {"back over the wrap",               0xffffffff, 0,          false},
    {"just less than half way round",    0x7fffffff, 0,          true },
    {"exactly half way round",           0x80000000, 0,          false},
    {"exactly half way back",            0,          0x80000000, false},
    {"more than half way round is back", 0x80000001, 0,          false},
    {"dates",                            2026112102, 2026112101, true },
};

static void test_newer(void)
{
    for (size_t i = 0; i < TEST_COUNT(NEWER_CASES); i++)
        CHECK_CASE(NEWER_CASES[i].name,
                   dns_serial_is_newer(NEWER_CASES[i].serial, NEWER_CASES[i].than) ==
                       NEWER_CASES[i].newer);
}

static void test_next(void)
{
    CHECK_INTEGER(dns_serial_next(1), 2);
    CHECK_INTEGER(dns_serial_next(0x7fffffff), 0x80000000);
    CHECK_INTEGER(dns_serial_next(0xfffffffe), 0xffffffff);
    CHECK_INTEGER(dns_serial_next(0xffffffff), 1);
    CHECK(dns_serial_is_newer(dns_serial_next(0xffffffff), 0xffffffff));
}

TEST_SUITE("fakes/dns/serial", {"is newer", test_newer}, {"next", test_next});
