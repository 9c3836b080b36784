# What a person does with Homeward. `make demo` and `make test` are the two to know.
#
#   make setup   the environment in .venv, exactly as locked; redone when the lock changes
#   make demo    the gateway and its simulated systems on this machine
#   make check   format, lint, types, import contracts, dependencies, printed pages current
#   make test    all of that, and every test
#   make bench   the figures in docs/performance.md
#   make docs    print the generated pages again
#   make lock    resolve requirements.lock again (needs uv)
#
# `uv` is used when it is on PATH; without it Python's own venv and pip do the same work.
# Written for GNU make 3.81, the one that macOS has.

SHELL := /bin/sh
BIN := .venv/bin

# The first Python that is new enough. Another one: make setup PYTHON=/path/to/python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { echo $$python; break; }; done)
UV := $(shell command -v uv 2>/dev/null)

# Verbs of `homeward` that print a page which is committed: each writes it with --write, and
# compares it with --check. Quote a verb of several words: PRINTED := "schema print"
PRINTED := "schema print" "schema items" "episode table" "deadlines table" "events table" settings

# How many random situations Cedar, the engine that is not ours, decides as well in a full run.
export HOMEWARD_CEDAR_SITUATIONS ?= 20000

# The protocols' own texts are not ours to ship. Where a folder beside this one holds them, or
# HOMEWARD_PROTOCOL_TEXTS names one, every quotation is held against them, word for word.
TEXTS := $(firstword $(wildcard ../*/protocols/pan-lancashire.txt))
ifneq ($(TEXTS),)
export HOMEWARD_PROTOCOL_TEXTS ?= $(abspath $(dir $(TEXTS)))
endif

.PHONY: setup demo check test bench docs lock

setup: .venv/.installed

# A changed lock makes the environment anew, so that nothing that was dropped stays behind.
.venv/.locked: requirements.lock
	@test -n "$(PYTHON)" || { echo "Homeward needs Python 3.11 or newer and found none on PATH: install it, or say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "Homeward needs Python 3.11 or newer, and $(PYTHON) is not: say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making the environment in .venv, once; without uv this takes about a minute"
ifneq ($(UV),)
	@UV_PYTHON_DOWNLOADS=never "$(UV)" venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@"$(UV)" pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements.lock
else
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make an environment: on Debian or Ubuntu, first run apt-get install python3-venv (or install uv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
endif
	@touch $@

# The packages themselves stay where they are; only their names and the command are made known.
.venv/.installed: .venv/.locked pyproject.toml
ifneq ($(UV),)
	@"$(UV)" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	@$(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@

demo: setup
	@$(BIN)/homeward demo $(ARGS)

check: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	@for page in $(PRINTED); do echo "$(BIN)/homeward $$page --check"; $(BIN)/homeward $$page --check || exit 1; done
	@if [ -n "$$HOMEWARD_PROTOCOL_TEXTS" ]; then $(BIN)/homeward protocol verify --texts "$$HOMEWARD_PROTOCOL_TEXTS" && $(BIN)/homeward policy check; else echo "The protocols' own texts are not at hand: quotations were not checked"; $(BIN)/homeward policy check; fi

test: check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

bench: setup
	$(BIN)/python -m bench

docs: setup
	@for page in $(PRINTED); do $(BIN)/homeward $$page --write || exit 1; done

lock:
	@test -n "$(UV)" || { echo "make lock needs uv" >&2; exit 1; }
	@"$(UV)" pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--quiet --output-file requirements.lock
