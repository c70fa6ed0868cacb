/*
 * tests/sim/seam/doors_test.c - the libraries' ways to time, waiting, sockets, threads, names and chance: each is known.
 *
 * Asks nm for what each library takes from libc, in the versions that this program runs with. A symbol of these families
 * that stands in no row fails the test: then somebody has to look whether simulated time holds there too.
 */
#include <dlfcn.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

static const char *const LIBRARIES[] = {"libcurl.so.4", "libuv.so.1",     "libpq.so.5",
                                        "libssl.so.3",  "libcrypto.so.3", "libldns.so.3"};

/* Wide on purpose: what does not belong gets a row, too. */
static const char FAMILIES[] =
    "time|clock|sleep|poll|select|connect|sock|peer|pthread_(create|join|detach|cond|barrier)|sem_|"
    "thrd_|addrinfo|nameinfo|gethost|getserv|getproto|res_|rand|entropy|fork|spawn|^exec|popen|"
    "^system$|wait|accept|listen|bind|recv|send|^dup|^close|event|uring|^aio_|syscall|alarm|ioctl|"
    "fcntl|mkstemp|mkdtemp|tmp";

static const struct {
    const char *symbol, *reason;
} HARMLESS[] = {
    {"__register_atfork",         "says what a fork would do; forks are guarded"                   },
    {"accept",                    "real listening sockets only, which no world has"                },
    {"accept4",                   "real listening sockets only, which no world has"                },
    {"bind",                      "names a socket that connect replaces"                           },
    {"bindtextdomain",            "translations of messages"                                       },
    {"clock_getres",              "a constant; libuv chooses between clocks that are covered"      },
    {"closedir",                  "folders"                                                        },
    {"closelog",                  "the system's log"                                               },
    {"ctime",                     "formats a time that it is given"                                },
    {"epoll_create",              "makes the set; waiting on it is covered"                        },
    {"epoll_create1",             "makes the set; waiting on it is covered"                        },
    {"epoll_ctl",                 "changes the set; waiting on it is covered"                      },
    {"eventfd",                   "libuv's wake-up of its own loop; delivered synchronously"       },
    {"execl",                     "in a forked child only; forks are guarded"                      },
    {"execvp",                    "in a forked child only; forks are guarded"                      },
    {"fcntl",                     "flags, which a pair keeps like any socket"                      },
    {"fcntl64",                   "flags, which a pair keeps like any socket"                      },
    {"freeaddrinfo",              "memory"                                                         },
    {"futimens",                  "file times"                                                     },
    {"gethostname",               "a name; goes into no trace"                                     },
    {"getprotobyname",            "/etc/protocols"                                                 },
    {"getprotobynumber",          "/etc/protocols"                                                 },
    {"getservbyname",             "/etc/services"                                                  },
    {"getservbyport",             "/etc/services"                                                  },
    {"gmtime_r",                  "formats a time that it is given"                                },
    {"ioctl",                     "FIONBIO and terminals"                                          },
    {"listen",                    "a real listener: nobody in the world reaches it"                },
    {"localtime",                 "formats a time that it is given"                                },
    {"localtime_r",               "formats a time that it is given"                                },
    {"mkdtemp",                   "uv_fs_mkdtemp, used by nobody"                                  },
    {"mkstemp64",                 "uv_fs_mkstemp, used by nobody"                                  },
    {"pthread_barrier_destroy",   "needs a second thread; pthread_create is guarded"               },
    {"pthread_barrier_init",      "needs a second thread; pthread_create is guarded"               },
    {"pthread_barrier_wait",      "needs a second thread; pthread_create is guarded"               },
    {"pthread_cond_broadcast",    "wakes other threads; there are none"                            },
    {"pthread_cond_destroy",      "memory"                                                         },
    {"pthread_cond_init",         "memory"                                                         },
    {"pthread_cond_signal",       "wakes other threads; there are none"                            },
    {"pthread_cond_wait",         "in libuv's thread pool only; pthread_create is guarded"         },
    {"pthread_condattr_destroy",  "memory"                                                         },
    {"pthread_condattr_init",     "memory"                                                         },
    {"pthread_condattr_setclock", "a setting of the guarded pthread_cond_timedwait"                },
    {"pthread_detach",            "needs a second thread; pthread_create is guarded"               },
    {"pthread_join",              "needs a second thread; pthread_create is guarded"               },
    {"random",                    "ldns: message ids, which the engine sets itself"                },
    {"recv",                      "does not wait on a non-blocking socket"                         },
    {"recvfrom",                  "does not wait on a non-blocking socket"                         },
    {"sem_destroy",               "memory"                                                         },
    {"sem_init",                  "memory"                                                         },
    {"sem_post",                  "wakes other threads; there are none"                            },
    {"sem_trywait",               "does not wait"                                                  },
    {"sem_wait",                  "in libuv's signal and thread start-up; never contended"         },
    {"send",                      "does not wait on a non-blocking socket"                         },
    {"sendfile",                  "kernel TLS, which a Unix socket does not have"                  },
    {"sendfile64",                "uv_fs_sendfile, used by nobody"                                 },
    {"sigwait",                   "libpq: only for a signal that is pending already"               },
    {"socket",                    "makes what connect replaces"                                    },
    {"socketpair",                "Unix sockets, delivered synchronously"                          },
    {"strftime",                  "formats a time that it is given"                                },
    {"syscall",                   "libuv: close, statx; libcrypto: getrandom for the replaced RAND"},
    {"utimensat",                 "file times"                                                     },
};

static bool is_listed(const char *const *symbols, const char *symbol)
{
    for (; *symbols != NULL; symbols++)
        if (strcmp(*symbols, symbol) == 0)
            return true;
    return false;
}

static bool is_harmless(const char *symbol)
{
    for (size_t i = 0; i < TEST_COUNT(HARMLESS); i++)
        if (strcmp(HARMLESS[i].symbol, symbol) == 0)
            return HARMLESS[i].reason[0] != '\0';
    return false;
}

static bool is_known(const char *symbol)
{
    return is_listed(seam_covered_symbols(), symbol) || is_listed(seam_guarded_symbols(), symbol) ||
           is_harmless(symbol);
}

/*
 * Where this process has the library mapped from; free() it. Loaded first, since a build of a few rooms is not linked to all
 * of them.
 */
static char *library_path(const char *library)
{
    char needle[64], *maps, *path = NULL, *found, *begin;
    void *loaded = dlopen(library, RTLD_LAZY);

    CHECK_CASE(library, loaded != NULL);
    CHECK(file_read("/proc/self/maps", &maps, NULL, NULL));
    snprintf(needle, sizeof needle, "/%s", library);
    found = strstr(maps, needle);
    if (found != NULL) {
        for (begin = found; begin > maps && begin[-1] != ' ';)
            begin--;
        path = strndup(begin, strcspn(begin, "\n"));
    }
    if (loaded != NULL)
        dlclose(loaded);
    free(maps);
    return path;
}

static size_t check_library(const char *library, const regex_t *families)
{
    char *path = library_path(library), *command = NULL, line[512];
    size_t count = 0;
    FILE *nm;

    if (!CHECK_CASE(library, path != NULL))
        return 0;
    CHECK(asprintf(&command, "nm -D --undefined-only '%s'", path) > 0);
    nm = popen(command, "r");
    CHECK_CASE(library, nm != NULL);
    while (nm != NULL && fgets(line, sizeof line, nm) != NULL) {
        char symbol[256], version[256] = "";

        /* Only libc's: what one library takes from another is looked at where it reaches libc. */
        if (sscanf(line, " %*c %255[^@\n]@%255s", symbol, version) != 2 ||
            strncmp(version, "GLIBC", 5) != 0 || regexec(families, symbol, 0, NULL, 0) != 0)
            continue;
        CHECK_CASE(symbol, is_known(symbol));
        count++;
    }
    if (nm != NULL)
        CHECK_CASE(library, pclose(nm) == 0);
    free(command);
    free(path);
    return count;
}

static void test_every_door_is_known(void)
{
    size_t count = 0;
    regex_t families;

    CHECK_INTEGER(regcomp(&families, FAMILIES, REG_EXTENDED | REG_NOSUB), 0);
    for (size_t i = 0; i < TEST_COUNT(LIBRARIES); i++)
        count += check_library(LIBRARIES[i], &families);
    regfree(&families);
    CHECK(count > 60);
}

static void test_an_unknown_door_would_show(void)
{
    CHECK(!is_known("timerfd_settime"));
    CHECK(!is_known("epoll_pwait2"));
    CHECK(is_known("clock_gettime"));
    CHECK(is_known("poll"));
}

/* What the seam says it defines, this program exports: or the libraries would not land there. */
static void test_the_program_exports_them(void)
{
    FILE *nm = popen("nm -D --defined-only /proc/$PPID/exe", "r");
    Buffer defined = {0};
    char line[512], wanted[128];

    CHECK(nm != NULL);
    while (nm != NULL && fgets(line, sizeof line, nm) != NULL)
        buffer_add_text(&defined, line);
    CHECK(nm != NULL && pclose(nm) == 0);
    for (int list = 0; list < 2; list++) {
        const char *const *symbols = list == 0 ? seam_covered_symbols() : seam_guarded_symbols();

        for (; *symbols != NULL; symbols++) {
            snprintf(wanted, sizeof wanted, " T %s\n", *symbols);
            CHECK_CASE(*symbols, defined.data != NULL && strstr(defined.data, wanted) != NULL);
        }
    }
    buffer_release(&defined);
}

TEST_SUITE("sim/seam/doors", {"every door is known", test_every_door_is_known},
           {"an unknown door would show", test_an_unknown_door_would_show},
           {"the program exports them", test_the_program_exports_them});
