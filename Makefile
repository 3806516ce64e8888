# Pifa 批发: two commands do everything: `make demo` and `make check`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PIFA := .venv/bin/pifa
PY := .venv/bin/python
export PIFA_HOME ?= var
export PIFA_PORT ?= 8000
export PIFA_ELASTIC_PORT ?= 9200
# A server whose data lies in the home, for the length of the command; PIFA_ELASTIC_URL names one that is there already.
OVER_ELASTIC = $(if $(PIFA_ELASTIC_URL),PIFA_ENGINE=elastic,$(PY) -m ops.elasticsearch --port $(PIFA_ELASTIC_PORT) --data $(PIFA_HOME)/elasticsearch)
LISTINGS ?= 20000
SEED ?= 7

.PHONY: help install install-runtime demo elasticsearch check lint test relevance bench extras elastic8 faults clean lock

help: ## this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: ## the locked environment alone (.venv)
	@sh ops/bootstrap.sh dev

install-runtime:
	@sh ops/bootstrap.sh runtime

demo: $(if $(filter elastic,$(ENGINE)),install,install-runtime) ## demo catalog, index and the site; ENGINE=elastic on a real Elasticsearch
	@$(if $(filter elastic,$(ENGINE)),$(OVER_ELASTIC)) $(PIFA) demo --listings $(LISTINGS) --seed $(SEED) --port $(PIFA_PORT)

elasticsearch: install ## a real Elasticsearch on http://127.0.0.1:$(PIFA_ELASTIC_PORT), without Docker
	@$(PY) -m ops.elasticsearch --port $(PIFA_ELASTIC_PORT)

lint: install
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports
	@.venv/bin/mypy

test: install
	@sh ops/bootstrap_browser.sh
	@sh ops/side_environment.sh s3 "测试用的 S3 服务"
	@.venv/bin/pytest -n 2 --dist loadgroup

check: lint test ## every lint, contract, type check and test

extras: ## what is heavy or rare: sentence-transformers with torch, Ray; in an environment of its own
	@sh ops/extras.sh

faults: install ## three real nodes of Elasticsearch, killed, hanging, full, gone; a table of what each cost
	@.venv/bin/pytest --override-ini addopts="-q --strict-markers --strict-config" --timeout 400 tests/faults
	@sh ops/elastic8.sh

elastic8: ## the contract suite over a real Elasticsearch 8.19, with its client in an environment of its own
	@sh ops/elastic8.sh

relevance: install ## judged queries: every leg, the blend, random, with intervals
	@$(PY) -m bench.relevance $(if $(REAL_TEXT),--real-text $(REAL_TEXT) --fit)

bench: ## speed beside the peers, written to bench/results/
	@sh ops/bootstrap.sh bench
	@$(PY) -m bench.speed

lock: install ## renew the locked requirements
	@sh ops/lock.sh

clean: ## remove the environment and the home directory
	@rm -rf .venv var
