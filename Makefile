# Two commands matter: `make run` brings PLM up, `make test` sets up and runs every check.
# Everything is made once and again only when what it depends on has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
NODE := $(shell command -v npm 2>/dev/null)
EXTENSION_SOURCES := $(shell find extension -type f \
	-not -path '*/node_modules/*' -not -path '*/.output/*' -not -path '*/.wxt/*' 2>/dev/null)
EDITORS := tests/browser/editors
EDITOR_SOURCES := $(shell find $(EDITORS) -type f \
	-not -path '*/node_modules/*' -not -path '*/.output/*' 2>/dev/null)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test ready lint check unit extension base browsers bench screenshots clean

help: ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(STAMPS)/python base ## Set up everything and start PLM in the foreground
ifdef NODE
	@$(MAKE) --no-print-directory $(STAMPS)/extension
else
	@echo "Node.js was not found: the browser extension is not built. The playground works."
endif
	@exec $(BIN)/plm run $(ARGS)

test: ## Set up everything, check style and types, run all tests
	@$(MAKE) --no-print-directory -j2 ready
	@$(MAKE) --no-print-directory lint check

ready: $(STAMPS)/dev $(STAMPS)/extension $(STAMPS)/editors base browsers

lint: $(STAMPS)/dev $(STAMPS)/node ## Style and types, Python and TypeScript
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	cd extension && npm run --silent lint && npm run --silent protocol:check && npm run --silent typecheck

check: $(STAMPS)/dev base $(STAMPS)/extension $(STAMPS)/editors browsers ## All tests
	cd extension && npm run --silent test
	$(BIN)/pytest -n 3 --dist loadfile -m "not browser" $(ARGS)
	$(BIN)/pytest -n 4 --dist loadfile -m browser $(ARGS)

unit: $(STAMPS)/dev base ## The tests that need no browser
	$(BIN)/pytest -m "not browser" $(ARGS)

extension: $(STAMPS)/extension ## Build the extension for Chromium and Firefox, and zips for their stores
	cd extension && npm run --silent package

base: $(STAMPS)/python ## Fetch and convert the base model
	@$(BIN)/plm base build

browsers: ## Find Chromium and Firefox, or install them where apt can be used
	@scripts/ensure_browsers.sh

bench: $(STAMPS)/bench base $(STAMPS)/extension browsers ## Measure; writes docs/benchmarks.md
	$(BIN)/python -m bench $(ARGS)

screenshots: $(STAMPS)/dev base $(STAMPS)/extension browsers ## Take pictures of every view, and those in docs/images, anew
	$(BIN)/python -m bench.screenshots

clean: ## Remove what was built here (not the base model, not your data)
	rm -rf $(VENV) $(STAMPS) extension/node_modules extension/.output extension/.wxt \
		$(EDITORS)/node_modules $(EDITORS)/.output

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
		|| { echo "PLM needs Python 3.11, 3.12 or 3.13 (set PYTHON=...)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24.1"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: pyproject.toml constraints.txt | $(STAMPS)/venv
	@echo "installing Python packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/python
	@echo "installing development packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(STAMPS)/bench: $(STAMPS)/dev
	@echo "installing packages for benchmarks (llama.cpp is compiled: this takes minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

$(STAMPS)/node: extension/package.json extension/package-lock.json
	@command -v npm >/dev/null || { echo "the extension needs Node.js 20 or newer"; exit 1; }
	@echo "installing Node packages"
	@cd extension && npm ci --silent --no-audit --no-fund
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/extension: $(STAMPS)/node $(EXTENSION_SOURCES)
	@echo "building the extension"
	@cd extension && npm run --silent build
	@touch $@

$(STAMPS)/editors: $(EDITOR_SOURCES)
	@command -v npm >/dev/null || { echo "the tests in real editors need Node.js 20 or newer"; exit 1; }
	@echo "building the editors that the extension is tested in"
	@cd $(EDITORS) && npm ci --silent --no-audit --no-fund && npm run --silent build
	@mkdir -p $(STAMPS) && touch $@
