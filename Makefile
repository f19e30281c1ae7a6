# Everything sets itself up: all that is needed is make and Python 3.11 or newer.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DIR    ?= sample_content
ARGS   ?=
SECONDS ?= 60

.PHONY: run test fuzz audit lint types bench golden picture clean

run: $(VENV)/.run  ## open the reader on sample_content (DIR=folder for another)
	@$(BIN)/newsreader $(DIR) $(ARGS)

test: lint types  ## lint, types, tests
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

bench: $(VENV)/.dev  ## measure; ARGS="--articles 1000000" for the long run
	$(BIN)/python tests/benchmarks/bench.py $(ARGS)

fuzz: $(VENV)/.fuzz  ## any bytes as a file, any text as a query, for SECONDS each; ARGS=query for that alone
	$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS) $(ARGS)

audit: $(VENV)/.audit  ## is a weakness known of anything that is installed? Needs a network to say
	@$(BIN)/python tests/audit/audit.py

golden: $(VENV)/.dev  ## rewrite the golden screens and the generated docs, to be read as a diff
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -n 2 tests/tui tests/test_docs.py tests/config/test_config.py tests/query/test_query_docs.py

picture: $(VENV)/.dev  ## draw docs/screen.svg anew
	$(BIN)/python tests/support/screenshot.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .bench .fuzz

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "newsreader needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# pip learnt --group in 25.1, and a new environment may hold an older pip.
$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(VENV)/.audit: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group audit \
	  || { echo "make audit needs pip-audit, which cannot be had here"; exit 2; }
	@touch $@

# Built ones only: it would take a whole compiler to build it here.
$(VENV)/.fuzz: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary atheris --group fuzz \
	  || { echo "make fuzz needs atheris, which cannot be had for $$($(BIN)/python --version): try another PYTHON and VENV"; exit 2; }
	@touch $@
