# Yingzao 营造. From a fresh clone with Python 3.11 or later and make: `make run`, `make test`.
#
#   make run        install, build the example programme if the data folder is empty, serve on http://127.0.0.1:8000
#   make test       install what tests need; unit tests on SQLite and PostgreSQL, then the browser tests
#   make check      format, lint, types, import contracts, templates, translations, migrations
#   make demo       build the example programme anew (asks first when the data folder holds one)
#   make messages   take new strings into the translation catalogues and say what has no Chinese
#   make lock       resolve the dependencies anew into requirements.lock and requirements-dev.lock
#   make vendor     fetch the front-end packages that are committed, at the versions of the manifest
#   make clean      remove what was built; never the data folder

DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin

.PHONY: run demo test test-sqlite test-postgres test-browser check messages lock vendor clean

run: .venv/ready-to-run
	@$(BIN)/python -m yingzao demo --if-empty --data "$(DATA)"
	@exec $(BIN)/python -m yingzao serve --data "$(DATA)" --host "$(HOST)" --port "$(PORT)"

demo: .venv/ready-to-run
	@$(BIN)/python -m yingzao --data "$(DATA)" demo --fresh

.venv/ready-to-run: requirements.lock pyproject.toml tools/prepare.sh $(wildcard src/yingzao/*/locale/*/*/*.po src/yingzao/*/*/locale/*/*/*.po)
	@sh tools/prepare.sh run

.venv/ready-to-test: .venv/ready-to-run requirements-dev.lock tools/prepare.sh
	@sh tools/prepare.sh test

test: .venv/ready-to-test
	@$(BIN)/python tools/gate.py sqlite postgres browser

test-sqlite test-postgres test-browser: test-%: .venv/ready-to-test
	@$(BIN)/python tools/gate.py $*

check: .venv/ready-to-test
	@$(BIN)/python tools/gate.py check

messages: .venv/ready-to-test
	@$(BIN)/python tools/messages.py update
	@$(BIN)/python tools/messages.py missing

lock: .venv/ready-to-test
	@$(BIN)/python tools/lock.py

vendor: .venv/ready-to-test
	@$(BIN)/python tools/vendor.py
	@$(BIN)/python tools/fonts.py
	@$(BIN)/python tools/axe.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
