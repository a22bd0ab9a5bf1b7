# Every target prints the plain command it runs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# A lock names everything there is to install. Without --no-deps some pips resolve anew, and refuse
# whatever has been released since.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml

.PHONY: demo serve test bench pages lint format docs pictures messages language lock clean

demo: $(VENV)/run.stamp
	$(BIN)/chairtime demo

serve: $(VENV)/run.stamp
	$(BIN)/chairtime migrate
	$(BIN)/chairtime serve

test: $(VENV)/dev.stamp $(VENV)/npm.stamp
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m pytest -n 2 $(ARGS)

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.rush $(ARGS)

pages: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m benchmarks.pages

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/dev.stamp
	$(BIN)/python -m docs.make

messages: $(VENV)/dev.stamp
	$(BIN)/python -m tools.messages

language: $(VENV)/dev.stamp
	$(BIN)/python -m tools.messages $(or $(CODE),$(error Say which, for example: make language CODE=fr))

pictures: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m docs.pictures $(ARGS)

lock: $(VENV)/dev.stamp
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group dev --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) demo-data

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

# The company that the tests sign in at.
$(VENV)/npm.stamp: tests/oidc/package-lock.json | $(VENV)/dev.stamp
	$(BIN)/npm ci --prefix tests/oidc
	@touch $@
