# Fixed names: setup, demo, test, check, bench, drill, fmt. CI calls `make check` and nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv || echo .cache/tools/bin/uv)
LOCKED := pyproject.toml uv.lock

.PHONY: help setup demo test check bench drill audit interop fmt lint programs assets fonts

help:
	@echo "make demo    启动演示系统（PORT=8000，只在本机监听）"
	@echo "make setup   准备运行和测试所需的一切"
	@echo "make test    在 SQLite 与 PostgreSQL 上运行全部测试"
	@echo "make check   格式、类型、依赖方向、法律包与全部测试（CI 只运行它）"
	@echo "make bench   性能测量        make drill   灾难演练        make fmt   整理代码格式"
	@echo "make audit   依赖的已知漏洞（要联网）"

# --- set-up: each step is a no-op when nothing changed ------------------------------------------
.cache/tools/bin/uv:
	@echo "正在安装 uv……"
	@$(PYTHON) -m venv .cache/tools && .cache/tools/bin/pip install --quiet --disable-pip-version-check uv \
	  || { echo "无法自动安装 uv：请先安装 Python 3.11 以上版本（含 venv、pip）或 uv，再重试。"; exit 1; }

# The environment for tests holds the one for running, so either stamp of the right age will do for a demo.
.venv/.synced: $(LOCKED) | $(UV)
	@if [ .venv/.synced-for-tests -nt uv.lock ] && [ .venv/.synced-for-tests -nt pyproject.toml ]; then :; \
	 else $(UV) sync --frozen --inexact --no-dev --quiet; fi
	@touch $@

.venv/.synced-for-tests: $(LOCKED) | $(UV)
	@$(UV) sync --frozen --inexact --quiet
	@touch $@

assets: | .venv/.synced
	@if ! command -v npm >/dev/null && [ ! -f mingjing/web/static/vendor/.stamp.json ]; then \
	  $(UV) sync --frozen --inexact --quiet --no-dev --group assets; fi
	@$(BIN)/python tools/assets.py

fonts: | .venv/.synced
	@$(BIN)/python tools/fonts.py

programs: | .venv/.synced-for-tests
	@$(BIN)/python tools/test_programs.py

setup: .venv/.synced-for-tests .venv/.synced assets fonts programs

# --- run ----------------------------------------------------------------------------------------
demo: .venv/.synced assets fonts
	@MINGJING_ORIGIN=$${MINGJING_ORIGIN:-http://127.0.0.1:$(PORT)} exec $(BIN)/mingjing demo --port $(PORT)

bench: setup
	@$(BIN)/python -m bench

drill: setup
	@$(BIN)/mingjing drill tamper
	@$(BIN)/mingjing drill draw
	@$(BIN)/mingjing drill keys
	@$(BIN)/mingjing drill upload
	@$(BIN)/mingjing drill recovery
	@$(BIN)/python -m pytest -q tests/fuzz --hypothesis-profile=drill
	@MINGJING_TEST_API_EXAMPLES=100 $(BIN)/python -m pytest -q tests/api/test_contract.py --hypothesis-profile=drill

# Whether a dependency is known to be weak: asks osv.dev and the npm registry, so never part of `make check`.
audit: | $(UV)
	@$(UV) audit --frozen --preview-features audit
	@npm audit --package-lock-only

# Another implementation (Go) looks at our log: 250 MB from the registries, so never part of `make check`.
interop: .venv/.synced-for-tests
	@$(BIN)/python tools/interop.py
	@MINGJING_TEST_INTEROP=1 $(BIN)/python -m pytest tests/interop

# --- check --------------------------------------------------------------------------------------
# One more than there are processors, since some tests wait for programs they started; whoever is done takes over
# from whoever is not.
PYTEST := $(BIN)/python -m pytest --numprocesses $(shell expr $$(nproc) + 1) --dist worksteal

test: setup
	@echo "== 测试：SQLite" && MINGJING_TEST_DATABASE=sqlite $(PYTEST)
	@echo "== 测试：PostgreSQL" && MINGJING_TEST_DATABASE=postgresql $(PYTEST)

lint: .venv/.synced-for-tests assets fonts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mingjing law check
	$(BIN)/python tools/translations.py --check
	@export MINGJING_HOME=.cache/check DJANGO_SETTINGS_MODULE=mingjing.config.settings; mkdir -p .cache/check; set -x; \
	 $(BIN)/python -m django check --fail-level WARNING; \
	 $(BIN)/python -m django makemigrations --check --dry-run

# Side by side: the types are read by one processor while the others test.
check: setup
	@$(MAKE) --jobs 2 lint test

fmt: .venv/.synced-for-tests
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
