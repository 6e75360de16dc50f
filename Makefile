.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint bench bench-passages bench-bookings bench-planning bench-pipelines lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install what is missing
	@scripts/setup

setup-dev:
	@scripts/setup dev

run: setup ## start the assistant and print its address
	@exec .venv/bin/zhibu up

test: setup-dev ## run the whole test suite
	@.venv/bin/pytest

lint: setup-dev ## style, types, layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/zhibu knowledge check

bench: setup-dev ## measure the running assistant and print a table
	@.venv/bin/python -m tests.bench

bench-passages: setup-dev ## measure answers over 100,000 passages
	@.venv/bin/python -m tests.bench_passages

bench-bookings: setup-dev ## measure finding and booking, with PostgreSQL where its URL is given
	@.venv/bin/python -m tests.bench_bookings

bench-planning: setup-dev ## measure a day's planning for 1,000,000 members, on PostgreSQL too
	@.venv/bin/python -m tests.bench_planning

bench-delivery: setup-dev ## measure delivery, with PostgreSQL where its URL is given
	@.venv/bin/python -m tests.bench_delivery

soak: setup-dev ## 3,000 messages through a worker that is killed 50 times
	@.venv/bin/python -m tests.soak

bench-pipelines: setup-dev ## train and compare both language pipelines (half an hour)
	@.venv/bin/python -m tests.bench_pipelines

lock: setup-dev ## renew the lock files
	@scripts/lock

clean: ## remove environments, models and data
	rm -rf .venv .tools rasa-server/.venv var models/*.tar.gz models/*.stamp .rasa
