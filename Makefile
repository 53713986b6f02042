.DEFAULT_GOAL := help
.PHONY: help slides explore test check bench docs clean

PYTHON ?= python3
BIN := .venv/bin

help:  ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

slides: .venv/installed  ## run the whole study, from data/raw to the decks in outputs/slides
	$(BIN)/led run

explore: .venv/installed  ## explore the figures in JupyterLab; the tables are made first where they are not there
	$(BIN)/led prepare
	$(BIN)/led explore

check: .venv/installed  ## look at the deliveries and the codebook; writes nothing
	$(BIN)/led check

test: .venv/installed-test  ## run all tests, the notebooks among them
	$(BIN)/python -m pytest -n auto --dist loadfile tests ledanalysis --doctest-modules
	$(BIN)/led prepare
	$(BIN)/python -m pytest --nbval-lax notebooks

bench: .venv/installed-test  ## the batch beside other ways to run the same notebooks; other benchmarks: tests/benchmarks
	$(BIN)/python tests/benchmarks/bench_batch.py

docs: .venv/installed-docs  ## pages on every function, from the docstrings: outputs/docs/index.html
	$(BIN)/python -m pdoc --docformat numpy --no-show-source --output-directory outputs/docs ledanalysis '!ledanalysis.warmkernel' '!ledanalysis.kept' '!ledanalysis.gallery'

clean:  ## remove what can be made again: data/processed and outputs
	find data/processed outputs -mindepth 1 ! -name README.md -delete

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/installed-test: requirements-test.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

.venv/installed-docs: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[docs]'
	touch $@
