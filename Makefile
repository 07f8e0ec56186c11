# Everything starts with `make demo` or `make test`; both make .venv and install what they need.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# the images have Python 3.11 on Linux, whatever this machine has
GLIBC := 2_28 2_27 2_26 2_24 2_17 2_12 2_5
DOWNLOAD := $(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --dest docker/wheels \
    --only-binary :all: --python-version 3.11 $(foreach version,$(GLIBC),--platform manylinux_$(version)_x86_64) \
    --platform manylinux2014_x86_64 --platform manylinux2010_x86_64 --platform manylinux1_x86_64
GRADER := $(BIN)/python -m grader
RESULTS ?= build/demo
CONV_CLASS := right_counting right_numpy notebook_colab rounds_up one_bias never_ends_on_even steals_and_patches
ALEXNET_CLASS := notebook_published_style missing_relu_after_conv4 adaptive_pool_hides_small_pools cifar_alexnet
CIFAR_CLASS := right_sgd_onecycle_augmented no_zero_grad mean_of_batch_accuracies made_up_history
BACKPROP_CLASS := right_closures overwrites_gradients overflows
OPTIMIZERS_CLASS := right_numpy eps_under_the_root decays_beside_the_velocity
REGULARIZATION_CLASS := right_numpy keeps_with_p biased_running_variance
MLP_CLASS := right_raw_parameters no_relu forgets_the_channels
BY_HAND_CLASS := right_numpy flips_the_filter zeros_win
DENSE_CLASS := right_numpy zeros_are_the_rest wraps_around
NAIVE_CLASS := functional_raw_parameters layers_in_a_list softmax_at_the_end hostile_false_parameters
SLUGS := $(notdir $(patsubst %/,%,$(dir $(wildcard assignments/*/assignment.toml))))
SUBMISSIONS ?= 100
GRADINGS ?= 2000
INPUTS ?= 1000000
# one process more than processors, since some tests wait; a file's tests, or a class's, stay together: they share what starts slowly
PROCESSES := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
BESIDE := --numprocesses $(PROCESSES) --dist loadscope --no-loadscope-reorder
QUICK = $(BIN)/python -m pytest -m "not slow and not audit" $(BESIDE)
TEST = $(BIN)/python -m pytest -m "not audit and not container and not remaining and not whole" $(BESIDE)
# these grade whole classes, which take all processors by themselves
WHOLE = $(BIN)/python -m pytest -m "whole and not audit and not remaining" tests/attacks/test_attack.py tests/soak tests/course/test_specimens.py
REMAINING = $(BIN)/python -m pytest -m "slow and not audit and (container or remaining)" $(BESIDE)
# a process that comes last to a long file would work on it alone
LONGEST_FIRST := tests/sandbox tests/gradescope tests/cli tests/reports tests

# a module is compiled once, and not by every process that a test starts
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test remaining specimens proof proved audit quick lint bench soak fuzz build lock wheels schema hints reference pictures clean

demo: .venv/run.stamp  ## grade a bundled class of every assignment
	@echo "Backpropagation:"
	@$(GRADER) grade backprop --out $(RESULTS)/backprop $(addprefix \
	    solutions/backprop/specimens/,$(BACKPROP_CLASS))
	@echo; echo "Optimizers:"
	@$(GRADER) grade optimizers --out $(RESULTS)/optimizers $(addprefix \
	    solutions/optimizers/specimens/,$(OPTIMIZERS_CLASS))
	@echo; echo "Regularization:"
	@$(GRADER) grade regularization --out $(RESULTS)/regularization $(addprefix \
	    solutions/regularization/specimens/,$(REGULARIZATION_CLASS))
	@echo; echo "MNIST and the multi-layer perceptron (trains each network):"
	@$(GRADER) grade mnist_mlp --out $(RESULTS)/mnist_mlp $(addprefix \
	    solutions/mnist_mlp/specimens/,$(MLP_CLASS))
	@echo; echo "Convolution by hand:"
	@$(GRADER) grade conv_by_hand --out $(RESULTS)/conv_by_hand $(addprefix \
	    solutions/conv_by_hand/specimens/,$(BY_HAND_CLASS))
	@echo; echo "Convolution arithmetic:"
	@$(GRADER) grade conv_arithmetic --out $(RESULTS)/conv_arithmetic $(addprefix \
	    solutions/conv_arithmetic/specimens/,$(CONV_CLASS)) assignments/conv_arithmetic/conv_arithmetic.py
	@echo; echo "A CNN is a special case of a DNN:"
	@$(GRADER) grade cnn_as_dnn --out $(RESULTS)/cnn_as_dnn $(addprefix \
	    solutions/cnn_as_dnn/specimens/,$(DENSE_CLASS))
	@echo; echo "Naive ConvNet (trains each network on real digits):"
	@$(GRADER) grade naive_convnet --out $(RESULTS)/naive_convnet $(addprefix \
	    solutions/naive_convnet/specimens/,$(NAIVE_CLASS))
	@echo; echo "AlexNet and VGG16 (the first is a whole notebook that would train; a right network is told by what it computes):"
	@$(GRADER) grade alexnet_vgg16 --out $(RESULTS)/alexnet_vgg16 $(addprefix \
	    solutions/alexnet_vgg16/specimens/,$(ALEXNET_CLASS))
	@echo; echo "CIFAR-10 training (their own loops train their own networks; half a minute each):"
	@$(GRADER) grade cifar10_training --out $(RESULTS)/cifar10_training $(addprefix \
	    solutions/cifar10_training/specimens/,$(CIFAR_CLASS))
	@echo; echo "One submission in full:"; echo
	@$(GRADER) grade conv_arithmetic --out $(RESULTS)/conv_arithmetic solutions/conv_arithmetic/specimens/one_bias
	@echo; echo "A results.json for each submission lies in $(RESULTS)/"

test: .venv/dev.stamp  ## unit, a specimen for every kind of check, attacks of each kind, sandboxes, a real notebook kernel
	$(TEST) $(LONGEST_FIRST)
	$(WHOLE)

remaining: .venv/dev.stamp  ## what needs a Docker engine, and `make proved`: CI runs it after `make test`
	$(REMAINING) tests
	@$(MAKE) --no-print-directory proved

specimens: .venv/dev.stamp  ## every specimen of every assignment gets what it declares
	@failed=; for slug in $(SLUGS); do $(GRADER) audit $$slug --specimens || failed="$$failed $$slug"; done; \
	    if [ -n "$$failed" ]; then echo "specimens that do not hold:$$failed" >&2; exit 1; fi

# their specimens take a quarter of an hour; `make test` grades one for every kind of check, `make specimens` all
LONG_TO_TRAIN := alexnet_vgg16 cifar10_training naive_convnet

proved: .venv/dev.stamp  ## solutions/*/audit.json still hold: fresh, above the floor, some mutants and specimens again; without one, all specimens
	@failed=; for slug in $(SLUGS); do \
	    if [ -f solutions/$$slug/audit.json ]; then how=--short; \
	    elif echo $(LONG_TO_TRAIN) | grep -qw $$slug; then echo "$$slug: has no audit.json; see \`make specimens\`"; continue; \
	    else how=--specimens; fi; \
	    $(GRADER) audit $$slug $$how || failed="$$failed $$slug"; done; \
	    if [ -n "$$failed" ]; then echo "not proved:$$failed; \`make proof\` makes the audits anew" >&2; exit 1; fi

proof: .venv/dev.stamp  ## audit every assignment: each specimen, hundreds of mutants; writes solutions/*/audit.json (two hours)
	@failed=; for slug in $(SLUGS); do echo "$$slug:"; $(GRADER) audit $$slug || failed="$$failed $$slug"; echo; done; \
	    if [ -n "$$failed" ]; then echo "not proved:$$failed" >&2; exit 1; fi

audit: .venv/dev.stamp  ## hand in every attack of the corpus and every known mistake, and train in full (half an hour and more)
	$(BIN)/python -m pytest -m audit tests/attacks/test_attack.py tests/course

quick: .venv/dev.stamp  ## without what is marked slow
	$(QUICK)

lint: .venv/dev.stamp  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp  ## speed and memory, as ratios within one run
	$(BIN)/python tests/bench/bench_commands.py
	$(BIN)/python tests/bench/bench_grading.py $(SUBMISSIONS)
	$(BIN)/python tests/bench/bench_class.py
	$(BIN)/python tests/bench/bench_training.py
	$(BIN)/python tests/bench/bench_diagnosis.py

soak: .venv/dev.stamp  ## thousands of gradings in a row, half of them hostile (some 20 minutes)
	$(BIN)/python tests/soak/soak.py $(GRADINGS)

fuzz: .venv/dev.stamp  ## a million inputs to everything that decodes (some 10 minutes)
	@$(PIP) --editable ".[dev,fuzz]"
	$(BIN)/python tests/fuzz/fuzz.py $(INPUTS)

build: .venv/run.stamp  ## write assignments/*/: stubs and notebooks, from the solutions with their markers
	$(GRADER) build

lock: .venv/dev.stamp  ## write docker/requirements/*.txt: what the images install, with hashes
	$(BIN)/python docker/lock.py

wheels: .venv/run.stamp  ## fetch what the images install into docker/wheels, for an engine without a network
	@$(DOWNLOAD) --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu -r docker/requirements/torch-cpu.txt
	@$(DOWNLOAD) -r docker/requirements/grader.txt

hints: .venv/run.stamp  ## write assignments/*/hints.msgpack: what names mistakes where there are no solutions
	$(GRADER) build --hints

schema: .venv/run.stamp  ## write grader/reports/results.schema.json
	$(BIN)/python -m grader.reports.results_json

reference: .venv/dev.stamp  ## write docs/checks.md: all that a check can use, from the code and the checks of this course
	PYTHONPATH=tests $(BIN)/python tests/checks_page.py

pictures: .venv/dev.stamp  ## write docs/pictures from real gradings, with the Chromium of this machine (half a minute)
	$(BIN)/python tests/pictures.py

clean:  ## remove what these commands made
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/run.stamp: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv (torch is large: a minute or two)"
	@$(PIP) --editable ".[grading]"
	@touch $@

.venv/dev.stamp: .venv/run.stamp
	@$(PIP) --editable ".[dev]"
	@touch $@
