# `make run` starts the product, `make test` checks it, `make docs` builds its pages. All set up what they need.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA ?= data

.PHONY: run test tests lint format docs lock sign-in-link clean

run: $(VENV)/run.stamp
	$(BIN)/skipgram-audit serve --demo --port $(PORT) --data-folder $(DATA)

sign-in-link: $(VENV)/run.stamp
	$(BIN)/skipgram-audit sign-in-link --port $(PORT) --data-folder $(DATA)

# Both at once, since the tests often wait and mypy works on one core; what fails is named at the end.
test: $(VENV)/test.stamp
	$(MAKE) --no-print-directory --jobs=2 --keep-going lint tests

# As many processes as tests/conftest.py says; a module's tests in one of them. The order is that of the folders, which
# begins with the longest modules.
tests: $(VENV)/test.stamp
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadscope --no-loadscope-reorder

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The site in build/site, to be opened from its files; a link that leads nowhere is an error, here and in a test.
docs: $(VENV)/test.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	touch $@

# New versions for both lock files, from an empty environment. Local version marks (+cpu) are left out, so that the
# files fit any build of a library, and so are the CUDA libraries that some builds of torch bring along.
TORCH := torch==2.13.0
FREEZE := pip freeze --exclude skipgram-audit | sed -E -e 's/\+[a-z0-9.]+$$//' -e '/^(nvidia-|cuda-|triton)/d'
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install '.[pdf]' hatchling editables $(TORCH)
	build/lock/bin/$(FREEZE) > requirements.lock
	build/lock/bin/pip install '.[cluster,dev,docs,pdf]'
	build/lock/bin/$(FREEZE) > requirements-dev.lock
	rm -rf build/lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
