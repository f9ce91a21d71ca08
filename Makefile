.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

install: $(READY) ## the environment, in .venv

run: $(READY) ## the demo company, the server and the worker on http://127.0.0.1:8000
	$(BIN)/rainmaker demo --if-empty
	$(BIN)/rainmaker serve --with-worker

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

test: lint ## tests, lint, types, import rules
	$(BIN)/pytest -n 2 --dist loadgroup

bench: $(READY) ## speed and memory beside their baselines
	$(BIN)/python -m evals.bench

trust: $(READY) ## attacks on a fresh workspace, counted
	$(BIN)/python -m evals.trust

evals: $(READY) ## how well questions are understood and answered
	$(BIN)/python -m evals

model: $(READY) ## train the local model from its phrases
	$(BIN)/python -m agent.local.train

lock: ## renew requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras pyproject.toml -o requirements.lock

.PHONY: help install run lint test bench trust evals model lock
