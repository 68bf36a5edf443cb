# Targets work on a machine with only Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help guide test lint bench pictures schema clean

help: ## 列出这些命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本（make PYTHON=python3.12）"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "建不了虚拟环境。Debian 系统先装 python3-venv。"; exit 1; }

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "正在准备运行环境……"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(TEST_READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "正在准备测试环境……"
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(READY)

guide: $(READY) ## 开始问答（yidi guide）
	@$(BIN)/yidi guide

test: $(TEST_READY) ## 检查格式和类型，跑全部测试
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(TEST_READY) ## 只检查格式和类型
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(TEST_READY) ## 量启动时间和内存（与 python -c pass 的倍数）
	@$(BIN)/python tools/bench.py

pictures: $(TEST_READY) ## 重画 README 里的两张图
	@$(BIN)/python tools/pictures.py

schema: $(READY) ## 重写 docs/schema 里的 JSON Schema 和数据文件的第一行
	@$(BIN)/python tools/schema.py

clean: ## 删掉虚拟环境和缓存
	@rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
