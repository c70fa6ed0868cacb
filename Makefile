# understudy - one Makefile for everything. `make help` says what it can do.

BUILD ?= build
PREFIX ?= /usr/local
ROOMS ?= base engine fakes sim scenarios conformance reports cli
ONLY ?=
SANITIZE ?=
VERSION := 0.1.0

ifeq ($(origin CC),default)
CC := gcc
endif
Q := $(if $(V),,@)
say = $(if $(V),,@printf '%-8s %s\n' $(1) '$(2)')
MAKEFLAGS += --no-print-directory --no-builtin-rules

# A sanitized build stands beside the plain one: no object of one ever meets one of the other.
comma := ,
OUT := $(BUILD)$(if $(SANITIZE),/sanitize-$(subst $(comma),-,$(SANITIZE)))
OBJECTS := $(OUT)/objects
PROGRAM := $(OUT)/understudy
TESTS := $(OUT)/tests
EXAMPLES := $(OUT)/runner-examples

# ---- what is compiled -------------------------------------------------------------------------

sources = $(sort $(foreach folder,$(1),$(shell [ ! -d $(folder) ] || find $(folder) -name '*.c' -type f)))

ROOM_SOURCES := $(call sources,$(ROOMS))
TEST_SOURCES := $(call sources,$(addprefix tests/,$(ROOMS)))
RUNNER_SOURCES := tests/test.c $(wildcard tests/runner/*.c)
EXAMPLE_SOURCES := $(wildcard tests/runner/examples/*.c)
BENCH_SOURCES := $(wildcard tests/bench/*_bench.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/*_fuzz.c)
ALL_SOURCES := $(ROOM_SOURCES) $(TEST_SOURCES) $(RUNNER_SOURCES) $(EXAMPLE_SOURCES)
ifeq ($(origin ROOMS),file)
ALL_SOURCES += $(BENCH_SOURCES) $(FUZZ_SOURCES)
endif

objects = $(patsubst %.c,$(OBJECTS)/%.o,$(1))
PROGRAM_OBJECTS := $(call objects,$(ROOM_SOURCES))
SHARED_OBJECTS := $(filter-out $(OBJECTS)/cli/main.o,$(PROGRAM_OBJECTS))
TEST_OBJECTS := $(SHARED_OBJECTS) $(call objects,$(TEST_SOURCES) $(RUNNER_SOURCES))
EXAMPLE_OBJECTS := $(call objects,$(filter-out tests/runner/%_test.c,$(RUNNER_SOURCES)) $(EXAMPLE_SOURCES))

PACKAGES := libuv libcurl libssl libcrypto libnghttp2 libpq libcjson libfyaml ldns libxxhash zlib expat
TEST_PACKAGES := cunit
# Asked quietly: before `make deps` there may be nothing to ask.
LIBRARY_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBRARIES := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lhttp_parser -lm
TEST_LIBRARIES := $(shell pkg-config --libs $(TEST_PACKAGES) 2>/dev/null)
# A run makes and drops JSON by the million nodes: with this malloc, if it is there, it takes a fifth less. A sanitizer has its own.
LIBRARIES += $(if $(SANITIZE),,$(filter /%,$(shell $(CC) -print-file-name=libmimalloc.so)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ifneq ($(filter 1 true,$(WERROR) $(CI)),)
WARNINGS += -Werror
endif
SANITIZE_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
CFLAGS ?= -O2 -g
COMPILE_FLAGS = -std=c11 -D_GNU_SOURCE -I. -ffunction-sections -fdata-sections $(LIBRARY_CFLAGS) $(WARNINGS) $(SANITIZE_FLAGS) $(CFLAGS)

# The seam (sim/seam) defines clock_gettime, epoll_wait, connect... in the program, and every shared library's
# calls must land there. So the seam's symbols are exported, and nobody else's: one of ours that happened to be called
# like one inside a library would be taken for it. Objects are linked as they are, never from an archive, which
# would leave the seam out where nothing of ours calls it.
VISIBILITY = $(if $(filter sim/seam/%,$<),-fvisibility=default,-fvisibility=hidden)
LINK_FLAGS = $(SANITIZE_FLAGS) $(CFLAGS) -rdynamic $(LDFLAGS)

# Of some of the rooms, only what their tests reach has to be whole: what nothing calls is left out, with what it lacks.
ifneq ($(origin ROOMS),file)
LINK_FLAGS += -Wl,--gc-sections
endif

# ---- building ---------------------------------------------------------------------------------

.PHONY: all
all: $(PROGRAM)

# A file that changes only when its text does: what depends on it follows the flags, or the list of sources (not of objects, whose folder
# may be said in two ways).
remember = $(shell mkdir -p $(dir $(1)); printf '%s\n' '$(subst ','\'',$(2))' | cmp -s - $(1) || printf '%s\n' '$(subst ','\'',$(2))' > $(1))

$(OUT)/flags: FORCE
	$(call remember,$@,$(CC) $(COMPILE_FLAGS) $(VERSION))@:
$(PROGRAM).list: FORCE
	$(call remember,$@,$(ROOM_SOURCES))@:
$(TESTS).list: FORCE
	$(call remember,$@,$(ROOM_SOURCES) $(TEST_SOURCES) $(RUNNER_SOURCES))@:
.PHONY: FORCE
FORCE:

$(OBJECTS)/%.o: %.c $(OUT)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(COMPILE_FLAGS) $(VISIBILITY) -MMD -MP -c -o $@ $<

$(OBJECTS)/cli/%.o: COMPILE_FLAGS += -DUNDERSTUDY_VERSION='"$(VERSION)"'

$(PROGRAM): $(PROGRAM_OBJECTS) $(PROGRAM).list
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(PROGRAM_OBJECTS) $(LIBRARIES)

$(TESTS): $(TEST_OBJECTS) $(TESTS).list | $(EXAMPLES)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(TEST_OBJECTS) $(LIBRARIES) $(TEST_LIBRARIES)

$(EXAMPLES): $(EXAMPLE_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(EXAMPLE_OBJECTS) $(TEST_LIBRARIES)

-include $(patsubst %.c,$(OBJECTS)/%.d,$(ALL_SOURCES) $(BENCH_SOURCES) $(FUZZ_SOURCES))

# ---- running ----------------------------------------------------------------------------------

# As many jobs as there are processors, unless someone said how many.
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

REPORT := $(OUT)/report

.PHONY: run deps deps-test
deps:
	$(Q)tools/deps.sh build
deps-test:
	$(Q)tools/deps.sh test

run: deps
	+$(Q)$(MAKE) $(jobs) all
	$(Q)status=0; $(PROGRAM) run --report $(REPORT) scenarios/catalogue || status=$$?; \
		echo 'report: $(abspath $(REPORT))'; exit $$status

# Every crash at every side effect of every procedure, and all pairs of two for the planned failover: hours of processor time.
.PHONY: explore
EXPLORED := planned/happy-two planned/address-records dns/names-by-hook dns/names-by-external-dns unplanned/active-lost \
	unplanned/active-comes-back unplanned/back-before-the-point-of-no-return promotion/promotion-hangs \
	tokens/edge-keeps-its-mounted-token rejoin/after-a-failover rejoin/old-primary-stays rejoin/there-and-back-again manual/restore-fed-happy install/standby-installed
explore: $(PROGRAM)
	$(Q)$(PROGRAM) explore --crash $(EXPLORED:%=scenarios/catalogue/%.yaml)
	$(Q)$(PROGRAM) explore --crash --pairs scenarios/catalogue/planned/happy-two.yaml
	$(Q)$(PROGRAM) explore --two-engines --runs 1000 scenarios/catalogue/planned/happy-two.yaml

# ---- testing ----------------------------------------------------------------------------------

# With only some of the rooms there is no whole program to accept, and who chose them has the libraries. A sanitized
# build runs the unit tests; `make acceptance SANITIZE=...` gives the acceptance tests the sanitized program.
.PHONY: test unit acceptance bench fuzz fuzzers
ifeq ($(origin ROOMS),file)
test: deps-test
endif
test:
	+$(Q)$(MAKE) $(jobs) $(if $(whole),$(PROGRAM)) $(TESTS)
	$(Q)tests/run.sh $(OUT) $(if $(V),--verbose) $(if $(whole),--acceptance) $(ONLY)
whole = $(if $(filter file,$(origin ROOMS)),$(if $(SANITIZE)$(ONLY),,yes))

unit: $(TESTS)
	$(Q)tests/run.sh $(OUT) $(if $(V),--verbose) $(ONLY)

acceptance: $(PROGRAM)
	$(Q)tests/acceptance/run.sh $(OUT) $(if $(V),--verbose) $(ONLY)

# The catalogue's stories about databases, on real PostgreSQL servers: minutes of real time.
.PHONY: test-real
test-real: deps-test
	+$(Q)$(MAKE) $(jobs) $(PROGRAM)
	$(Q)tests/real/run.sh $(OUT) $(ONLY)

BENCHES := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(BENCH_SOURCES))
$(OUT)/bench/%: $(OBJECTS)/tests/bench/%.o $(SHARED_OBJECTS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $^ $(LIBRARIES)
.SECONDARY: $(call objects,$(BENCH_SOURCES) $(FUZZ_SOURCES))

bench: $(BENCHES)
	$(Q)for bench in $(BENCHES); do $$bench || exit 1; done

# Each fuzzer starts from what lies in the folder of its name (tests/fuzz/zone for zone_fuzz.c), and adds what it finds
# to one of its own. Only clang has libFuzzer.
FUZZERS := $(patsubst tests/fuzz/%_fuzz.c,$(OUT)/fuzz/%,$(FUZZ_SOURCES))
FUZZ_SECONDS ?= 60
$(OUT)/fuzz/%: $(OBJECTS)/tests/fuzz/%_fuzz.o $(SHARED_OBJECTS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $@.found
	$(Q)$(CC) $(LINK_FLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBRARIES)

fuzzers: $(FUZZERS)
	$(Q)for fuzzer in $(FUZZERS); do \
		seeds=tests/fuzz/$$(basename $$fuzzer); [ -d $$seeds ] || seeds=; \
		$$fuzzer -verbosity=0 -print_final_stats=1 -max_total_time=$(FUZZ_SECONDS) \
			-artifact_prefix=$$fuzzer. $$fuzzer.found $$seeds || exit 1; done
fuzz:
	+$(Q)$(MAKE) $(jobs) CC=clang SANITIZE=fuzzer-no-link,address,undefined fuzzers

# ---- checking ---------------------------------------------------------------------------------

# What the checks look at: the rooms that were asked for, and all that belongs to no room.
HEADERS := $(shell find $(wildcard $(ROOMS) $(addprefix tests/,$(ROOMS)) tests/runner tests/test.h) -name '*.h')
CHECKED := $(ALL_SOURCES) $(HEADERS)

# Both take minutes, the analyzer above all, which walks every path through every function: SHARE=2/8 asks for the second eighth of the files.
SHARE ?= 1/1
share = $(shell printf '%s\n' $(1) | awk -v share=$(SHARE) 'BEGIN { split(share, of, "/") } NR % of[2] == of[1] % of[2]')
LINTED := $(patsubst %.c,$(OUT)/lint/%.tidy,$(call share,$(ALL_SOURCES)))
ANALYZED := $(patsubst %.c,$(OUT)/lint/%.analyzed,$(call share,$(ALL_SOURCES)))

.PHONY: check format layers headers schemas failures lint tidy analyze cppcheck
check: format layers headers lint

format:
	$(Q)clang-format $(if $(FIX),-i,--dry-run -Werror) $(CHECKED)
layers:
	$(Q)tools/layers.sh
schemas: $(PROGRAM)
	$(Q)tools/schemas.sh $(PROGRAM)
failures:
	$(Q)tools/failures.sh >$(BUILD)/failures.md && mv $(BUILD)/failures.md docs/failures.md
headers:
	$(Q)CC='$(CC)' FLAGS='$(COMPILE_FLAGS)' tools/headers.sh $(CHECKED)
lint:
	+$(Q)$(MAKE) $(jobs) -k tidy analyze cppcheck

# A file is looked at again when it, or a header it includes, has changed: its object knows.
clang_tidy = clang-tidy --quiet --checks='$(1)' $< -- $(filter-out -Werror,$(COMPILE_FLAGS)) -D__NO_CTYPE -DUNDERSTUDY_VERSION='"$(VERSION)"'
tidy: $(LINTED)
$(OUT)/lint/%.tidy: %.c $(OBJECTS)/%.o .clang-tidy
	$(call say,TIDY,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(call clang_tidy,-clang-analyzer-*) >$@.log 2>&1 || { cat $@.log; exit 1; }
	$(Q)mv $@.log $@
analyze: $(ANALYZED)
$(OUT)/lint/%.analyzed: %.c $(OBJECTS)/%.o .clang-tidy
	$(call say,ANALYZE,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(call clang_tidy,-bugprone-*$(comma)-misc-*$(comma)-performance-*$(comma)-readability-*) >$@.log 2>&1 || { cat $@.log; exit 1; }
	$(Q)mv $@.log $@

# It keeps what it found out about each file, and so looks only at those that changed. What it cannot parse
# (internalAstError) is its own shortcoming; readdir_r, which it wants instead of readdir (readdirCalled), is deprecated.
CPPCHECKED := $(OUT)/lint/cppcheck
cppcheck: $(CPPCHECKED)/since
	$(call say,CPPCHECK,$(ROOMS))
	$(Q)cppcheck --quiet --std=c11 -I. -D_GNU_SOURCE --enable=warning,performance,portability --inline-suppr \
		--library=posix,tools/cppcheck.cfg --suppress=missingInclude --suppress=internalAstError --suppress=readdirCalled \
		--error-exitcode=1 -j$(shell nproc) --cppcheck-build-dir=$(CPPCHECKED) $(ALL_SOURCES)
$(CPPCHECKED)/since: tools/cppcheck.cfg Makefile
	$(Q)rm -rf $(@D)
	$(Q)mkdir -p $(@D)
	$(Q)touch $@

# ---- installing -------------------------------------------------------------------------------

BINDIR := $(DESTDIR)$(PREFIX)/bin
SHAREDIR := $(DESTDIR)$(PREFIX)/share/understudy
DOCDIR := $(DESTDIR)$(PREFIX)/share/doc/understudy
MANDIR := $(DESTDIR)$(PREFIX)/share/man/man1

.PHONY: install uninstall clean
install: $(PROGRAM)
	$(Q)install -d $(BINDIR) $(SHAREDIR) $(DOCDIR)
	$(Q)install -m 755 $(PROGRAM) $(BINDIR)/understudy
	$(Q)rm -rf $(SHAREDIR)/scenarios
	$(Q)cp -R scenarios/catalogue $(SHAREDIR)/scenarios
	$(Q)install -D -m 644 -t $(SHAREDIR)/schema schema/*.json
	$(Q)rm -rf $(SHAREDIR)/conformance
	$(Q)mkdir -p $(SHAREDIR)/conformance
	$(Q)cp -R conformance/fakes/kubernetes $(SHAREDIR)/conformance/kubernetes
	$(Q)mkdir -p $(SHAREDIR)/conformance/dns
	$(Q)cd conformance/fakes/dns && cp -R cases zones keys known.yaml serve.sh $(abspath $(SHAREDIR))/conformance/dns
	$(Q)mkdir -p $(SHAREDIR)/conformance/postgres
	$(Q)cd conformance/fakes/postgres && cp -R cases known.yaml $(abspath $(SHAREDIR))/conformance/postgres
	$(Q)cp -R README.md LICENSE docs/. $(DOCDIR)
	$(Q)for page in $(wildcard docs/man/*.1); do install -D -m 644 -t $(MANDIR) $$page; done

uninstall:
	$(Q)rm -f $(BINDIR)/understudy $(MANDIR)/understudy*.1
	$(Q)rm -rf $(SHAREDIR) $(DOCDIR)

clean:
	$(Q)rm -rf $(BUILD)

# ---- help -------------------------------------------------------------------------------------

.PHONY: help
help:
	@printf '%s\n' \
	'make              build $(PROGRAM)' \
	'make run          install what building needs, build, run the shipped scenarios, write a report' \
	'make test         install what testing needs, build, run every test and check' \
	'make unit         the unit tests; ONLY="fakes/dns" chooses suites' \
	'make acceptance   tests of the built program with real clients; ONLY="kubectl" chooses scripts' \
	'make test-real    scenarios on real PostgreSQL servers, in real time; ONLY="happy" chooses' \
	'make check        format, layers, headers, lint; each is a target too' \
	'make format       is it formatted? FIX=1 formats it' \
	'make schemas      schema/*.json and the table in docs/environment.md, from the tables of fields' \
	'make failures     docs/failures.md: which scenario tells which failure' \
	'make explore      every crash at every side effect of every procedure (docs/explore.md)' \
	'make bench        benchmarks' \
	'make fuzz         each fuzzer of tests/fuzz for FUZZ_SECONDS (60), with clang' \
	'make deps         install what building needs; deps-test: and what testing needs' \
	'make install      to PREFIX (/usr/local), below DESTDIR; uninstall takes it away' \
	'make clean        remove $(BUILD)' \
	'' \
	'CC=gcc|clang   BUILD=folder   SANITIZE=address,undefined   WERROR=1   V=1 (say each command)' \
	'ROOMS="base fakes/net fakes/dns"   compile, test and check only these folders'
