# `make demo` runs the product, `make test` checks it. Everything they make lies under .venv, var, app/node_modules and app/dist.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
export PORT
export PUBLIC_URL ?= http://127.0.0.1:$(PORT)

BIN := .venv/bin
STAMPS := var/stamps
WEB_SOURCES := $(shell find app/src app/scripts app/assets app/public/index.html app/public/app.css app/public/manifest.webmanifest app/public/icons app/*.ts app/*.tsx app/*.js app/package.json ml/model.schema.json -type f 2>/dev/null)

.PHONY: help demo test film check-python check-node check-chromium lint test-python test-app bundles format clean lock

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: check-python check-node $(STAMPS)/published var/operator-password app/dist/index.html ## run DeepDog at http://127.0.0.1:8000 (or PORT)
	@$(BIN)/flask db upgrade >/dev/null
	@echo "Operators sign in as demo; the password lies in var/operator-password. Ctrl-C stops the server."
	@exec $(BIN)/gunicorn --config backend/gunicorn.conf.py

test: check-python check-node check-chromium lint test-app test-python ## check everything: style, types, tests, bundles, the loop in a browser

film: check-python check-node check-chromium app/dist/index.html ## film the loop and every screen for the README, into docs/pictures
	$(BIN)/python -m tests.loop.film_loop

lint: $(STAMPS)/python-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive backend ml 2>/dev/null  # its warnings are about comments; what it finds it says on stdout

test-python: $(STAMPS)/python-test app/dist/index.html
	$(BIN)/pytest

test-app: $(STAMPS)/node
	cd app && npm run --silent check

bundles: $(STAMPS)/node
	cd app && npm run --silent check:phones

format: $(STAMPS)/python-test $(STAMPS)/node ## put all code into its style
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && cd app && npm run --silent format

clean: ## remove everything that make made, the demo's data included
	rm -rf .venv var app/node_modules app/dist app/dist-android app/dist-ios app/.expo

lock: $(STAMPS)/python-test ## renew the Python lock files from pyproject.toml
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK_FLAGS) --extra backend --extra ml --extra ray --extra coreml --extra tensorboard --extra dev pyproject.toml --output-file tests/requirements.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) --extra backend --constraints tests/requirements.lock pyproject.toml --output-file backend/requirements.lock

LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

# What a machine must have

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "DeepDog needs Python 3.11 or newer: install it (Debian: apt install python3 python3-venv; macOS: brew install python), or name one with PYTHON=..." >&2; exit 1; }

check-node:
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null || \
	  { echo "DeepDog needs Node 20 or newer: install it from nodejs.org (or Debian 13: apt install nodejs npm; macOS: brew install node)." >&2; exit 1; }

check-chromium: $(STAMPS)/python-test
	@$(BIN)/python -m tests.chromium

# Environments

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { echo "Python lacks its venv module: install it (Debian: apt install python3-venv)." >&2; exit 1; }

# The locks are whole, so nothing is resolved: pip would look past a pinned `pydantic` to the newest release where another package asks for `pydantic[email]`.
$(STAMPS)/python-demo: backend/requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing the backend's Python packages ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r backend/requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p $(@D) && touch $@

$(STAMPS)/python-test: tests/requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing the Python packages for training and tests ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p $(@D) && touch $@ $(STAMPS)/python-demo

$(STAMPS)/node: app/package-lock.json
	@echo "Installing the app's packages ..."
	@cd app && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

# What the demo serves

# A demo that published before starts all the same where a newer model is refused, such as during a roll-out.
SERVE_THE_LAST = (test -e $@ && echo "It was not published: phones keep what was published last.")

var/operator-password: | $(STAMPS)/published
	@(umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(12))' > $@)
	@$(BIN)/flask create-operator demo --role publisher --password-file $@

var/keys/trusted-keys.json: | $(STAMPS)/python-demo
	@$(BIN)/flask generate-keys

app/dist/index.html: var/keys/trusted-keys.json $(WEB_SOURCES) $(STAMPS)/node
	@echo "Building the web app ..."
	@cd app && EXPO_PUBLIC_TRUSTED_KEYS="$$(cat ../var/keys/trusted-keys.json)" npm run --silent build:web
	@touch $@

$(STAMPS)/published: var/keys/trusted-keys.json $(wildcard app/assets/model/model.json app/assets/detector/model.json)
	@$(BIN)/flask db upgrade
	@$(BIN)/flask publish-model app/assets/model || $(SERVE_THE_LAST)
	@$(BIN)/flask publish-model app/assets/detector || $(SERVE_THE_LAST)
	@touch $@
