# A Debian or Ubuntu machine with Python 3.11 or newer (with venv) and make is enough.

.DEFAULT_GOAL := help
.PHONY: help demo test bench faults check requirements lock

python := .venv/bin/python

# The checks run on the settings of production; no address in here is ever contacted.
production := env -u DEMO DEBUG=false \
	SECRET_KEY="$$($(python) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	DATABASE_URL=postgresql://check@127.0.0.1:1/check \
	REDIS_URL=redis://127.0.0.1:1/0 \
	ALLOWED_HOSTS=privacy.board.example \
	CSRF_TRUSTED_ORIGINS=https://privacy.board.example \
	BASE_URL=https://privacy.board.example \
	EMAIL_URL=smtp://127.0.0.1:1 \
	DEFAULT_FROM_EMAIL=privacy@board.example \
	FILES_ROOT=var/check

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: ## the demo board at http://127.0.0.1:8000 (PORT=8080 make demo for another port)
	@.ci/setup.sh demo
	@exec env DEBUG=true DEMO=true $(python) -m privacyboard.demo

test: ## all tests, the browser stories included (ARGS="-k name" for some of them)
	@.ci/setup.sh test
	@DEBUG=true $(python) -m pytest -n 2 --dist worksteal --durations=20 -q $(ARGS)

bench: ## speed: each figure, what it is held against, the ratio (ARGS=pages for a part)
	@.ci/setup.sh demo
	@DEBUG=true $(python) -m tests.bench $(ARGS)

faults: ## machines that fail on purpose: what is lost, what is doubled (ARGS=clock_moved for one)
	@.ci/setup.sh demo
	@$(python) -m tests.faults $(ARGS)

check: ## format, lint, types, import contracts, migrations, deployment settings
	@.ci/setup.sh demo
	@$(python) -m ruff format --check .
	@$(python) -m ruff check .
	@$(production) $(python) -m mypy .
	@.venv/bin/lint-imports
	@$(production) $(python) -W "ignore:Got an error checking a consistent:RuntimeWarning" manage.py makemigrations --check --dry-run
	@$(production) $(python) manage.py check --deploy --fail-level WARNING

requirements: ## which obligations have a passing test, and which have none
	@.ci/setup.sh test
	@DEBUG=true $(python) -m pytest -n 2 --dist worksteal -q -m requirement --requirements-report $(ARGS); status=$$?; \
		$(python) -m tests.requirements_report && exit $$status

lock: ## requirements.lock anew from pyproject.toml (ARGS=--upgrade for newer versions)
	@.ci/setup.sh demo
	@.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--group dev --python-version 3.11 pyproject.toml -o requirements.lock $(ARGS)
