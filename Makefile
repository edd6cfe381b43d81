# Needs only Python 3.11 or newer and make. Everything is installed into .venv from hashed lock files.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
TRACKER_PORT ?= $(PORT)
export TRACKER_PORT

.PHONY: run demo test corpus coverage bench crash install install-dev install-bench format lock assets upgrade-sample

run: install ## Install, migrate, load and serve on http://127.0.0.1:8000 (PORT= and TRACKER_DATA_DIR= are obeyed)
	@if [ -n "$$TRACKER_DATA_DIR" ]; then mkdir -p "$$TRACKER_DATA_DIR" 2>/dev/null || true; fi
	@exec $(BIN)/tracker serve

demo: export TRACKER_DATA_DIR := $(or $(TRACKER_DATA_DIR),var/demo)
demo: install ## As run, in var/demo, with invented people, subscribers and entries; their mail is at /dev/mailbox
	@mkdir -p "$$TRACKER_DATA_DIR"
	@exec $(BIN)/tracker demo

test: install-dev ## Install and run every check; says at its end what was left out and how to include it
	$(BIN)/ruff format --check tracker tests
	$(BIN)/ruff check tracker tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	env -u TRACKER_PORT $(BIN)/pytest -n auto --dist worksteal $(PYTEST)

corpus: install ## Fetch feedparser's own feeds, whole and broken, for the tests (its source distribution, by the hash in the lock file)
	rm -rf var/corpus && mkdir -p var/corpus
	sed -n '/^feedparser==/,/[^\\]$$/p' requirements.txt > var/corpus.txt
	$(BIN)/pip download --quiet --no-deps --no-binary feedparser --require-hashes -r var/corpus.txt -d var/corpus
	tar -xzf var/corpus/feedparser-*.tar.gz -C var/corpus --strip-components=1

coverage: ## The tests again, saying which lines none of them runs; watching makes them take twice as long
	$(MAKE) test PYTEST="--cov --cov-report=term-missing:skip-covered --cov-fail-under=90 $(PYTEST)"

bench: install-bench ## Measure beside peers in one run, rows in var/bench.json (QUICK=1: about a second each; BENCH= more arguments)
	env -u TRACKER_PORT $(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(BENCH)

crash: install-dev ## Kill things while messages are sent and sources read, KILLS= times on each engine (ENGINE= one), and count
	env -u TRACKER_PORT $(BIN)/python -m tests.crash $(if $(KILLS),--kills $(KILLS)) $(if $(ENGINE),--engine $(ENGINE)) $(CRASH)

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev
install-bench: $(VENV)/.installed-bench

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The tracker needs Python 3.11 or newer: name one with PYTHON=" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-dev requirements-bench.txt
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

format: install-dev ## Format and mend what can be mended by itself
	$(BIN)/ruff format tracker tests
	$(BIN)/ruff check --fix tracker tests

lock: ## Renew the lock files (needs uv); they name no registry
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q pyproject.toml --group build -o requirements.txt
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q pyproject.toml --group build --group dev -c requirements.txt -o requirements-dev.txt
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q pyproject.toml --group bench -c requirements-dev.txt -o requirements-bench.txt

assets: ## Rebuild tracker/static/tracker.css (needs Node)
	npm ci --prefix deploy/assets && npm run build --prefix deploy/assets

upgrade-sample: install-dev ## Keep a filled database of this version in tests/data/upgrades, for upgrade tests
	$(BIN)/python -m tests.make_upgrade_sample
