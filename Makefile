# Two commands matter: `make plan` and `make test`. Both set everything up in .venv first.
# PYTHON=python3.13 chooses another interpreter; PLAN_LANG=en an English run; CASE=... another case.
PYTHON ?= python3
VENV ?= .venv
PLAN_LANG ?= zh
CASE = jilin-2025
PLAN_OPTIONS =
# Where the plan goes; with options of your own, name it to have the maps drawn too.
ifeq ($(strip $(PLAN_OPTIONS)),)
PLAN_FOLDER ?= plans/$(notdir $(patsubst %/,%,$(CASE)))
endif
TEST_OPTIONS =

# A pyenv shim that is not active does not run: then ask pyenv for the interpreter behind it.
INTERPRETER := $(shell if "$(PYTHON)" -c "" 2>/dev/null; then command -v "$(PYTHON)"; \
	elif command -v pyenv >/dev/null 2>&1; then \
	PYENV_VERSION=$$(pyenv whence "$(PYTHON)" 2>/dev/null | tail -n 1) pyenv which "$(PYTHON)" 2>/dev/null; fi)
# A stamp stands for one interpreter and one place, so that a switch or a move installs anew.
MARK := $(shell "$(INTERPRETER)" -c "import sys, zlib, os; \
	print('%d.%d.%d-%08x' % (*sys.version_info[:3], zlib.crc32(os.getcwd().encode())))" 2>/dev/null)
BASE := $(VENV)/.base-$(MARK)
PLAN := $(VENV)/.plan-$(MARK)
TEST := $(VENV)/.test-$(MARK)
DEV := $(VENV)/.dev-$(MARK)
SHAPE := pyproject.toml setup.cfg capplan/_version.py
RUN := "$(VENV)/bin/python" -m
PIP := $(RUN) pip install --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help plan test lint docs catalog page bench clean

help:
	@echo "make plan     set up .venv and plan $(CASE) (PLAN_LANG=zh|en, CASE=name or folder)"
	@echo "make test     set up .venv and run the tests"
	@echo "make lint     ruff, codespell, numpydoc, mypy, import-linter"
	@echo "make docs     build the documentation into site/"
	@echo "make catalog  bring the Chinese catalogue of messages up to date and compile it"
	@echo "make page     build the script of the interactive page from maps/page/src (needs Node.js)"
	@echo "make bench    run the benchmarks"
	@echo "make clean    remove .venv and build artefacts (plans/ stays)"

$(BASE):
	@test -n "$(MARK)" || { echo "Cannot run '$(PYTHON)'. Name a Python of 3.11 or later: make ... PYTHON=python3.11" >&2; exit 2; }
	@"$(INTERPRETER)" -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "'$(PYTHON)' is $(MARK); capplan needs Python 3.11 or later: make ... PYTHON=python3.11" >&2; exit 2; }
	@echo "Setting up $(VENV) (Python $(firstword $(subst -, ,$(MARK)))) ..."
	@"$(INTERPRETER)" -m venv --clear "$(VENV)" || \
	  { echo "Could not make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@touch "$@"

$(PLAN): $(BASE) $(SHAPE)
	@echo "Installing capplan ..."
	@$(PIP) --editable .
	@touch "$@"

$(TEST): $(BASE) $(SHAPE)
	@echo "Installing capplan with what its tests need ..."
	@$(PIP) --editable ".[test]"
	@touch "$@" "$(PLAN)"

$(DEV): $(BASE) $(SHAPE)
	@echo "Installing capplan with what its developers need ..."
	@$(PIP) --editable ".[dev]"
	@touch "$@" "$(TEST)" "$(PLAN)"

plan: $(PLAN)
	$(RUN) capplan plan "$(CASE)" --lang $(PLAN_LANG) $(if $(PLAN_FOLDER),--out "$(PLAN_FOLDER)") $(PLAN_OPTIONS)
	$(if $(PLAN_FOLDER),$(RUN) capplan map "$(PLAN_FOLDER)" --lang $(PLAN_LANG),@echo "PLAN_FOLDER=DIR also draws the maps and writes the report")
	$(if $(PLAN_FOLDER),$(RUN) capplan report "$(PLAN_FOLDER)" --lang $(PLAN_LANG))

test: $(TEST)
	$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder $(TEST_OPTIONS)

lint: $(DEV)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) codespell_lib
	find capplan -name "*.py" -exec $(RUN) numpydoc lint {} +
	$(RUN) mypy
	"$(VENV)/bin/lint-imports"

docs: $(DEV)
	$(RUN) mkdocs build --strict --quiet

catalog: $(DEV)
	mkdir -p build
	$(RUN) babel.messages.frontend extract --no-location --sort-output --keywords msg --project capplan --output build/capplan.pot capplan
	$(RUN) babel.messages.frontend update --no-fuzzy-matching --ignore-obsolete --domain capplan --input-file build/capplan.pot --output-dir capplan/locale --locale zh
	$(RUN) babel.messages.frontend compile --domain capplan --directory capplan/locale --locale zh --statistics

page:
	mkdir -p build/page
	cp maps/page/package.json maps/page/package-lock.json build/page/
	cd build/page && npm ci --ignore-scripts --no-audit --no-fund
	CAPPLAN_PAGE_MODULES="$(CURDIR)/build/page/node_modules" node maps/page/build.mjs

bench: $(DEV)
	$(RUN) benchmarks

clean:
	rm -rf "$(VENV)" build dist site capplan.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
