# Everything starts with `make demo` or `make test`; both make .venv and install what they need.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RESULTS ?= build/demo

.PHONY: demo test quick lint bench notebooks schema clean

demo: .venv/run.stamp  ## grade a bundled class of both assignments
	@$(BIN)/python -m grader grade conv_arithmetic --seed 1 --out $(RESULTS) $(addprefix solutions/conv_arithmetic/specimens/,\
	    right_counting right_numpy notebook_colab rounds_up one_bias steals_and_patches stub)
	@$(BIN)/python -m grader grade naive_convnet --seed 1 --out $(RESULTS) $(addprefix solutions/naive_convnet/specimens/,\
	    right_functional softmax_at_the_end plain_list lying_parameters never_ends)
	@echo; $(BIN)/python -m grader grade conv_arithmetic --seed 1 --out $(RESULTS) solutions/conv_arithmetic/specimens/rounds_up
	@echo; echo "One results.json for each submission: $(RESULTS)/"

test: .venv/dev.stamp  ## everything: unit, specimens, sandboxes, a real notebook kernel
	$(BIN)/python -m pytest

quick: .venv/dev.stamp  ## without what is marked slow
	$(BIN)/python -m pytest -m "not slow"

lint: .venv/dev.stamp  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp  ## speed and memory, as ratios within one run
	$(BIN)/python tests/bench/bench_grading.py

notebooks: .venv/dev.stamp  ## write assignments/*/*.ipynb from the stubs
	$(BIN)/python -m grader.stub_notebook

schema: .venv/run.stamp  ## write grader/reports/results.schema.json
	$(BIN)/python -m grader.reports.results_json

clean:  ## remove what these commands made
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/run.stamp: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv (torch is large: a minute or two)"
	@$(PIP) --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp
	@$(PIP) --editable ".[dev]"
	@touch $@
