# Two commands do everything from a fresh checkout: `make run` and `make test`.
# The others are their parts, for work on one of them.
.DEFAULT_GOAL := help
.ONESHELL:
SHELL := bash
.SHELLFLAGS := -Eeuo pipefail -c
MAKEFLAGS += --no-print-directory
bin := backend/.venv/bin

.PHONY: help run login-link env test setup setup-tests check test-engine test-service test-faults test-ops test-web test-e2e contract docs lock audit bench clean

help: ## Say what each command does
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: setup ## Set up, then start the platform at http://localhost:8000
	@cd backend && exec .venv/bin/python -m app up

login-link: setup ## Print a link that signs you in once, when the password is lost
	@cd backend && .venv/bin/python -m app login-link

env: ## Write .env with secrets of its own, for docker-compose
	@scripts/make_env.sh

# Two parts at a time, the longest first, each part's output in one piece when it ends; all run even when one fails.
test: setup-tests ## Set up, then run every check and test
	@$(MAKE) --jobs=2 --output-sync=target --keep-going check test-engine test-service test-e2e test-ops test-faults test-web

setup:
	@scripts/setup.sh run

setup-tests:
	@scripts/setup.sh tests

check: setup-tests ## Format, lint, types, import direction, contract, shell scripts
	@cd backend
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m app openapi | diff -u ../contracts/openapi.json - \
	  || { echo 'The contract differs from the service: run make contract.' >&2; exit 1; }
	cd ../frontend
	npm run --silent check
	tools/check-client.sh
	cd ..
	shellcheck -x scripts/*.sh nginx/start.sh frontend/configuration.sh .ci/run

test-engine: setup-tests ## Test the engine
	@cd backend && .venv/bin/pytest -q tests/fiedler tests/test_readme.py tests/test_docs.py

test-service: setup-tests ## Test the service on SQLite and PostgreSQL
	@cd backend && .venv/bin/pytest -q tests/app tests/storage

test-faults: setup-tests ## Kill, stop and restart its processes
	@cd backend && .venv/bin/pytest -q tests/faults

test-ops: setup-tests ## Test compose file, nginx, alerts, dashboards and the operations scripts
	@cd backend && .venv/bin/pytest -q tests/deployment

test-web: setup-tests ## Test the page's units and components
	@npm --prefix frontend run --silent test

test-e2e: setup-tests ## Drive the whole platform in a browser; screenshots in build/e2e
	@npm --prefix frontend run --silent e2e

contract: setup-tests ## Write contracts/openapi.json and the page's client anew
	@cd backend && .venv/bin/python -m app openapi > ../contracts/openapi.json
	npm --prefix ../frontend run --silent client

docs: setup-tests ## Write the page of the library and the gallery's outputs and pictures anew
	@cd backend && .venv/bin/python ../scripts/api_page.py > ../docs/api.md
	.venv/bin/python ../docs/gallery/run.py --write

lock: setup-tests ## Compile the Python locks anew
	@cd backend
	compile() { .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header "$$@"; }
	compile --extra service --extra build pyproject.toml --output-file requirements.txt
	compile --extra dev --constraints requirements.txt pyproject.toml --output-file requirements-dev.txt
	compile --extra service --extra build --extra gpu --constraints requirements.txt pyproject.toml --output-file requirements-gpu.txt

audit: setup-tests ## Ask PyPI and npm for known holes in what is locked; needs their advisories
	@cd backend
	for lock in requirements.txt requirements-dev.txt requirements-gpu.txt; do
	  .venv/bin/python -m uv tool run pip-audit --requirement $$lock --require-hashes --disable-pip --strict
	done
	npm --prefix ../frontend audit --audit-level=moderate
	npm --prefix ../frontend/tools audit --audit-level=moderate

bench: setup ## Time the engine side by side with scikit-learn and its peers
	@cd backend && .venv/bin/python benchmarks/compare.py

clean: ## Remove what was built and installed; your data stays
	@rm -rf build frontend/dist frontend/node_modules frontend/tools/node_modules backend/.venv
