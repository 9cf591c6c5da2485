# One command per wish; every command prepares the machine first if it has to.
PYTHON := .venv/bin/python
OFFSCREEN := QT_QPA_PLATFORM=offscreen
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo run serve test check lint format docs bench storm screenshots package lock clean

help: ## 显示本说明
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: packaging/setup.sh packaging/requirements-dev.lock pyproject.toml
	@sh packaging/setup.sh

setup: .venv/ready ## 准备运行环境（首次使用会自动执行）

demo: .venv/ready ## 打开演示：虚构小区的全套数据，不影响正式数据
	@$(PYTHON) -m gridclient demo $(ARGS)

run: .venv/ready ## 打开网格员工作台
	@$(PYTHON) -m gridclient $(ARGS)

serve: .venv/ready ## 启动同步中心
	@$(PYTHON) -m sync.server serve $(ARGS)

test: .venv/ready ## 运行全部测试
	@$(OFFSCREEN) $(PYTHON) -m pytest -n 2 $(ARGS)

check: lint test ## 提交前的全部检查：格式、规范、类型、分层、测试与文档

lint: .venv/ready ## 检查格式、规范、类型、分层
	@$(PYTHON) -m ruff format --check --quiet . || { echo "请运行 make format"; exit 1; }
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-logo

format: .venv/ready ## 统一代码格式并修正可自动修正的问题
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

docs: .venv/ready ## 由声明重新生成 docs/records.md 和 resources/records.json
	@mkdir -p build && $(PYTHON) -m gridclient.records > build/records.md && mv build/records.md docs/records.md
	@$(PYTHON) -m gridclient.records --declarations > build/records.json && mv build/records.json resources/records.json

bench: .venv/ready ## 测量速度，与底线和同类软件相比
	@$(OFFSCREEN) $(PYTHON) -m tests.bench $(ARGS)

storm: .venv/ready ## 用随机历史考验同步，例：make storm ARGS="--histories 10000"
	@$(PYTHON) -m tests.sync.deep $(ARGS)

screenshots: .venv/ready ## 重新拍摄界面图片到 build/screenshots
	@$(OFFSCREEN) $(PYTHON) -m tests.support.screenshots build/screenshots $(ARGS)

package: .venv/ready ## 打成可分发的程序，并试启动一次
	@$(PYTHON) -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build/package packaging/gridclient.spec
	@sh packaging/try_package.sh

lock: ## 重新锁定全部依赖的版本（需联网）
	@sh packaging/lock.sh

clean: ## 删除生成的文件，保留 .venv
	@rm -rf build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
