# Needs make and Python 3.11 or newer; each target creates the environment it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DIR    ?= sample_content
ARGS   ?=
SECONDS ?= 60
N      ?= 20
TIMES  ?= 200

.PHONY: run help test browser e2e-repeat sweep fuzz mutate audit lint types bench golden screenshot strings clean

run: $(VENV)/.run  ## open the reader on sample_content; DIR=folder for another one
	@$(BIN)/newsreader $(DIR) $(ARGS)

help:  ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

test: lint types  ## lint, types and all tests; ARGS="tests/query -x" for some
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

browser: $(VENV)/.browser  ## test newsreader serve in Chromium; as root with apt, install it first
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium; } \
	  || { echo "make browser needs Chromium: install the package chromium"; exit 2; }
	NEWSREADER_BROWSER=1 $(BIN)/python -m pytest -q tests/browser $(ARGS)

e2e-repeat: $(VENV)/.dev  ## run the terminal tests N (20) times in a row, until the first failure
	@for round in $$(seq $(N)); do \
	  echo "round $$round of $(N)"; $(BIN)/python -m pytest -q -x tests/e2e $(ARGS) || exit 1; done

sweep: $(VENV)/.dev  ## properties, kills, changed bytes and disk faults: TIMES (200) times the usual number, of which make test takes a third
	NEWSREADER_SWEEP=$(TIMES) $(BIN)/python -m pytest -q -n 2 --dist worksteal -m "sweep or hypothesis" $(ARGS)

lint: $(VENV)/.dev  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## mypy, strict
	$(BIN)/mypy

bench: $(VENV)/.dev  ## measure speed and memory; ARGS="--articles 1000000" for the long run
	$(BIN)/python tests/benchmarks/bench.py $(ARGS)

fuzz: $(VENV)/.fuzz  ## random files and queries, for SECONDS each; ARGS=query for queries only
	$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS) $(ARGS)

mutate: $(VENV)/.mutate  ## change the code in small ways, list the changes that no test notices; ARGS="reader/marks --changes 20"
	HYPOTHESIS_PROFILE=quick $(BIN)/python tests/mutation/run.py $(ARGS)

audit: $(VENV)/.audit  ## check dependencies for known vulnerabilities; needs a network
	@$(BIN)/python tests/audit/audit.py

golden: $(VENV)/.dev  ## rewrite the golden screens and the generated docs; review the diff
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -n 2 tests/tui tests/test_docs.py tests/test_architecture.py tests/config/test_config.py tests/query/test_query_docs.py

screenshot: $(VENV)/.dev  ## redraw docs/screen-*.svg; ARGS=folder for pictures of all main states
	$(BIN)/python tests/support/screenshot.py $(ARGS)

strings: $(VENV)/.dev  ## write every user-visible string to .strings.txt
	$(BIN)/python tests/support/dump_strings.py .strings.txt

clean:  ## delete the environment and all caches
	rm -rf .strings.txt $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .bench .fuzz

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "newsreader needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# pip supports --group since 25.1; a new environment may have an older pip.
$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(VENV)/.audit: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group audit \
	  || { echo "make audit needs pip-audit, which is not available here"; exit 2; }
	@touch $@

$(VENV)/.mutate: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group mutate
	@touch $@

$(VENV)/.browser: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group browser
	@touch $@

# Wheels only: building atheris needs clang.
$(VENV)/.fuzz: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary atheris --group fuzz \
	  || { echo "make fuzz needs atheris, which has no wheel for $$($(BIN)/python --version); try another PYTHON and VENV"; exit 2; }
	@touch $@
