/*
 * tests/engine/clients/kubeconfig_proxy_test.c - who is asked for through the environment's proxy, and who is not.
 */
#include "engine/clients/kubeconfig_proxy.h"

#include <stdlib.h>

#include "tests/test.h"

static const struct {
    const char *name, *list, *host;
    uint16_t port;
    bool is_excepted;
} EXCEPTIONS[] = {
    {"nobody",                  "",                   "a.example.com", 443,  false},
    {"everybody",               "*",                  "a.example.com", 443,  true },
    {"the name",                "x.net, Example.com", "example.com",   443,  true },
    {"below the name",          "example.com",        "a.example.com", 443,  true },
    {"ends alike",              "example.com",        "anexample.com", 443,  false},
    {"only below",              ".example.com",       "example.com",   443,  false},
    {"below a dot",             ".example.com",       "a.example.com", 443,  true },
    {"below a star",            "*.example.com",      "a.example.com", 443,  true },
    {"a star's name",           "*.example.com",      "example.com",   443,  false},
    {"that port",               "example.com:6443",   "example.com",   6443, true },
    {"another port",            "example.com:6443",   "example.com",   443,  false},
    {"an address",              "10.0.0.1",           "10.0.0.1",      443,  true },
    {"another address",         "10.0.0.1",           "10.0.0.11",     443,  false},
    {"an address's port",       "10.0.0.1:6443",      "10.0.0.1",      443,  false},
    {"a network",               "10.0.0.0/8",         "10.200.0.1",    443,  true },
    {"odd bits",                "10.0.0.0/9",         "10.200.0.1",    443,  false},
    {"beside a network",        "10.0.0.0/8",         "11.0.0.1",      443,  false},
    {"a network is no name",    "10.0.0.0/8",         "example.com",   443,  false},
    {"no network",              "10.0.0.0/",          "10.0.0.1",      443,  false},
    {"IPv6",                    "[fd00::1]:6443",     "fd00:0::1",     6443, true },
    {"IPv6 bare",               "fd00::1",            "fd00::1",       443,  true },
    {"IPv6 network",            "fd00::/16",          "fd00::7",       443,  true },
    {"no suffix of an address", ".0.0.1",             "10.0.0.1",      443,  false},
};

static void test_exceptions(void)
{
    for (size_t i = 0; i < TEST_COUNT(EXCEPTIONS); i++)
        CHECK_CASE(EXCEPTIONS[i].name,
                   kubeconfig_proxy_is_excepted(EXCEPTIONS[i].list, EXCEPTIONS[i].host,
                                                EXCEPTIONS[i].port) == EXCEPTIONS[i].is_excepted);
}

static const struct {
    const char *name, *https, *http, *except, *server, *proxy;
} PROXIES[] = {
    {"none set",         "",                    "",                  "",                  "https://kube.example.com", NULL                 },
    {"by scheme",        "http://10.0.0.1:1",   "http://10.0.0.2:2", "",                  "https://kube.example.com",
     "http://10.0.0.1:1"                                                                                                                   },
    {"by the other",     "http://10.0.0.1:1",   "http://10.0.0.2:2", "",                  "http://kube.example.com",
     "http://10.0.0.2:2"                                                                                                                   },
    {"no scheme",        "10.0.0.1:1",          "",                  "",                  "https://192.0.2.1:6443",   "http://10.0.0.1:1"  },
    {"socks",            "socks5://10.0.0.1:1", "",                  "",                  "https://192.0.2.1:6443",   "socks5://10.0.0.1:1"},
    {"excepted",         "10.0.0.1:1",          "",                  "192.0.2.0/24",      "https://192.0.2.1:6443",   NULL                 },
    {"excepted by port", "10.0.0.1:1",          "",                  "[2001:db8::1]:443", "https://[2001:db8::1]",    NULL                 },
    {"this machine",     "10.0.0.1:1",          "",                  "",                  "https://127.0.3.1:6443",   NULL                 },
    {"its name",         "10.0.0.1:1",          "",                  "",                  "https://localhost:6443",   NULL                 },
};

static void test_variables(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(PROXIES); i++) {
        const char *proxy, *variable = "";

        setenv("HTTPS_PROXY", PROXIES[i].https, 1);
        setenv("http_proxy", PROXIES[i].http, 1);
        setenv("NO_PROXY", PROXIES[i].except, 1);
        proxy = kubeconfig_proxy_of_environment(PROXIES[i].server, &arena, &variable);
        CHECK_TEXT(proxy, PROXIES[i].proxy);
        if (proxy != NULL)
            CHECK_TEXT(variable, PROXIES[i].server[4] == 's' ? "HTTPS_PROXY" : "http_proxy");
    }
    unsetenv("HTTPS_PROXY");
    unsetenv("http_proxy");
    unsetenv("NO_PROXY");
    arena_release(&arena);
}

TEST_SUITE("engine/clients/kubeconfig_proxy", {"exceptions", test_exceptions},
           {"variables", test_variables});
