# The commands of purge-guard; `make` alone lists them. PYTHON=python3.12 names the Python to set up with.

.DEFAULT_GOAL := help
.PHONY: help setup demo check test lint bench format locks clean

# The tests run make themselves, as a user does: they must not inherit the settings of this one.
PYTEST := env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS .venv/bin/python -m pytest
# What takes minutes: the real Terraform, the demo, the evaluator's oracle.
SLOW := deploy or demo or differential

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install everything into .venv, .tools and node_modules; a second when nothing changed
	@python=$$(sh toolchain/find_python.sh) && "$$python" -m toolchain setup

demo: setup ## deploy to a local AWS, purge queues and show the alerts that arrive
	@.venv/bin/python -m demo

check: lint ## lint, types, import contract and the fast tests
	@$(PYTEST) -q -n auto -m "not ($(SLOW))"

test: setup ## the whole suite: real Terraform and the demo too
	@$(PYTEST) -q -n auto -m "not ($(SLOW))"
	@$(PYTEST) -m "$(SLOW)"

lint: setup ## lint, types and import contract alone
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

bench: setup ## measure start-up and the function, as ratios
	@.venv/bin/python -m toolchain bench
	@.venv/bin/python -m benchmarks

format: setup ## rewrite the code in the one style
	@.venv/bin/ruff check --fix --quiet
	@.venv/bin/ruff format --quiet

locks: setup ## bring requirements/*.txt and package-lock.json in line with their sources
	@.venv/bin/python -m toolchain locks

clean: ## remove everything that setup and the tools made
	@rm -rf .venv .tools node_modules cdktf.out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
