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
say = $(if $(V),,@printf '%-8s %s\n' $(1) $(2))
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
ALL_SOURCES := $(ROOM_SOURCES) $(TEST_SOURCES) $(RUNNER_SOURCES) $(EXAMPLE_SOURCES) $(BENCH_SOURCES)

objects = $(patsubst %.c,$(OBJECTS)/%.o,$(1))
PROGRAM_OBJECTS := $(call objects,$(ROOM_SOURCES))
SHARED_OBJECTS := $(filter-out $(OBJECTS)/cli/main.o,$(PROGRAM_OBJECTS))
TEST_OBJECTS := $(SHARED_OBJECTS) $(call objects,$(TEST_SOURCES) $(RUNNER_SOURCES))
EXAMPLE_OBJECTS := $(call objects,$(filter-out tests/runner/%_test.c,$(RUNNER_SOURCES)) $(EXAMPLE_SOURCES))

PACKAGES := libuv libcurl libssl libcrypto libpq libcjson libfyaml ldns libxxhash
TEST_PACKAGES := cunit
# Asked quietly: before `make deps` there may be nothing to ask.
LIBRARY_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) $(TEST_PACKAGES) 2>/dev/null)
LIBRARIES := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lhttp_parser -lm
TEST_LIBRARIES := $(shell pkg-config --libs $(TEST_PACKAGES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ifneq ($(filter 1 true,$(WERROR) $(CI)),)
WARNINGS += -Werror
endif
SANITIZE_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
CFLAGS ?= -O2 -g
COMPILE_FLAGS = -std=c11 -D_GNU_SOURCE -I. $(LIBRARY_CFLAGS) $(WARNINGS) $(SANITIZE_FLAGS) $(CFLAGS)

# The seam (sim/seam) defines clock_gettime, epoll_wait, connect... in the program, and every shared library's
# calls must land there. So the seam's symbols are exported, and nobody else's: one of ours that happened to be called
# like one inside a library would be taken for it. Objects are linked as they are, never from an archive, which
# would leave the seam out where nothing of ours calls it.
VISIBILITY = $(if $(filter sim/seam/%,$<),-fvisibility=default,-fvisibility=hidden)
LINK_FLAGS = $(SANITIZE_FLAGS) $(CFLAGS) -rdynamic $(LDFLAGS)

# ---- building ---------------------------------------------------------------------------------

.PHONY: all
all: $(PROGRAM)

# A file that changes only when its text does: what depends on it follows the flags, or the list of objects.
remember = $(shell mkdir -p $(dir $(1)); printf '%s\n' '$(subst ','\'',$(2))' | cmp -s - $(1) || printf '%s\n' '$(subst ','\'',$(2))' > $(1))

$(OUT)/flags: FORCE
	$(call remember,$@,$(CC) $(COMPILE_FLAGS) $(VERSION))@:
$(PROGRAM).list: FORCE
	$(call remember,$@,$(PROGRAM_OBJECTS))@:
$(TESTS).list: FORCE
	$(call remember,$@,$(TEST_OBJECTS))@:
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

-include $(patsubst %.c,$(OBJECTS)/%.d,$(ALL_SOURCES))

# ---- testing ----------------------------------------------------------------------------------

.PHONY: unit test
unit: $(TESTS)
	$(Q)$(TESTS) $(if $(V),--verbose) --junit $(OUT)/unit.xml $(ONLY)

test: unit

.PHONY: clean
clean:
	$(Q)rm -rf $(BUILD)
