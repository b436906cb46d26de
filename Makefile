# Commonpool. `make run` and `make test` need only Python 3.11 to 3.13 and make; everything else they fetch themselves.
#
# PY=/path/to/python chooses the Python that .venv is made from; without it the newest fitting one is taken.
# PORT=8001 serves on another port.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run test coverage test-long conformance lint ci bench peers books screens lock wheel clean

PORT ?= 8000
PEERS ?= .venv/peers/bin/python
PYTHON = $(shell bash .ci/find-python "$(PY)")
FOUND = $(shell { $(or $(PY),python3) --version; } 2>&1 | head -n 1)
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

help: ## print every target with what it does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | while IFS= read -r line; do \
	  printf '  make %-12s %s\n' "$${line%%:*}" "$${line#*## }"; done

setup: .venv/.run ## make .venv from the locked dependencies, with the fund command in it

run: setup ## serve the demo on http://localhost:8000 (PORT=... for another port)
	@$(BIN)/fund serve --demo --port $(PORT)

test: .venv/.test ## the whole suite on SQLite and, beside it, what touches the database on PostgreSQL
	@.ci/test

coverage: .venv/.test ## which branches the suite walks, on SQLite (slower than the suite alone)
	@.venv/bin/python -m pytest -q --cov --cov-report=
	@.venv/bin/coverage report --format=total | sed 's/^/coverage: branches in percent: /'

test-long: .venv/.test ## the slow tests, in parts of less than 40 minutes each (PART=races for one of them)
	@.ci/test-long $(PART)

conformance: .venv/.test ## count every outside case of ../shared/conformance and print how many agree
	@$(BIN)/python -m tests.counting.conformance

lint: .venv/.lint ## style, types, import contracts, templates, dead code, dependencies
	@.ci/lint

ci: ## everything the continuous integration runs, from an empty machine
	@bash .ci/run

bench: .venv/.test ## seconds and megabytes of counting and of the demo's pages (WRITE=1: into docs/performance.md)
	@$(BIN)/pytest -q -m bench -s --no-cov
	@$(BIN)/python -m tests.bench.money
	@$(BIN)/python -m tests.bench.counting $(if $(wildcard $(PEERS)),--peers $(PEERS)) $(if $(WRITE),--write)

peers: .venv/.run ## the counting programs that `make bench` is measured beside, in a virtual environment of their own
	@$(BIN)/uv venv --quiet --python $(BIN)/python .venv/peers
	@$(BIN)/uv pip install --quiet --python $(PEERS) --group oracle

books: .venv/.run ## beancount, in a virtual environment of its own: the tests then give the whole ledger to it
	@$(BIN)/uv venv --quiet --python $(BIN)/python .venv/books
	@$(BIN)/uv pip install --quiet --python .venv/books/bin/python --group books

screens: .venv/.test ## take the pictures in docs/screens from a demo loaded for the purpose
	@home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; export FUND_HOME=$$home; \
	  $(BIN)/fund demo >/dev/null && $(BIN)/python -m tests.e2e.screens docs/screens && $(BIN)/python -m tests.e2e.first_hour docs/screens

lock: .venv/.run ## choose versions again where pyproject.toml changed (UPGRADE=--upgrade: all of them)
	@$(COMPILE) $(UPGRADE) --group setup -o requirements/setup.txt
	@$(COMPILE) $(UPGRADE) pyproject.toml --extra postgres --group build -o requirements/run.txt
	@$(COMPILE) $(UPGRADE) pyproject.toml --extra postgres --group build --group test \
	  -c requirements/run.txt -o requirements/test.txt
	@$(COMPILE) $(UPGRADE) pyproject.toml --extra postgres --group build --group test --group lint \
	  -c requirements/test.txt -o requirements/lint.txt

wheel: .venv/.run ## build dist/*.whl and try it in an empty virtual environment
	@.ci/wheel

clean: ## remove .venv, caches and builds; never the data in var/
	@rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run: requirements/setup.txt requirements/run.txt pyproject.toml
	@$(if $(PYTHON),,$(error Commonpool needs Python 3.11, 3.12 or 3.13 with its venv module and found none ($(FOUND)). Install one, or name it: make PY=/path/to/python3.12))
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.txt
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

.venv/.lint: .venv/.test requirements/lint.txt
	@$(INSTALL) --require-hashes -r requirements/lint.txt
	@touch $@
