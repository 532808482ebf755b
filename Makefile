# Every target but `help` sets up what it needs; all can be repeated.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
RUN    ?= runs/demo
export HF_HUB_OFFLINE := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check run review compare report bench roundtrip models golden lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

setup: $(READY) ## create .venv with every version locked

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## analyse the example study and say where the report is
	$(BIN)/python -m pipeline run --config configs/demo.toml

test: $(READY) ## run the tests (installs Chromium for the browser tests if it can)
	@command -v chromium > /dev/null || scripts/install_chromium.sh
	$(BIN)/python -m pytest -q

check: $(READY) ## lint, format, types, import contracts, weights
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_models.py

run: $(READY) ## analyse a study: make run CONFIG=my-study.toml
	@test -n "$(CONFIG)" || { echo "Name your settings: make run CONFIG=my-study.toml (see configs/default.toml)"; exit 2; }
	$(BIN)/python -m pipeline run --config $(CONFIG)

review: $(READY) ## review a run in the browser: make review RUN=runs/demo
	$(BIN)/python -m pipeline review $(RUN)

compare: $(READY) ## score a run: make compare RUN=runs/demo CODINGS=codings.csv
	@test -n "$(CODINGS)" || { echo "Name the codings: make compare RUN=runs/demo CODINGS=codings.csv"; exit 2; }
	$(BIN)/python -m pipeline compare $(RUN) --codings $(CODINGS)

report: $(READY) ## write the report of a run again: make report RUN=runs/demo
	$(BIN)/python -m pipeline report $(RUN)

bench: $(READY) ## method beside baselines and BERTopic, written to docs/benchmarks.md
	$(BIN)/python -m pipeline benchmark $(if $(DATA),--data $(DATA)) --out docs/benchmarks.md

roundtrip: $(READY) ## coded sets as .docx, .vtt, .xlsx and .qdpx and back, utterances compared: DATA=folder of sets
	$(BIN)/python scripts/round_trip.py $(if $(DATA),--data $(DATA))

models: $(READY) ## check the weights against models/models.toml
	$(BIN)/python scripts/check_models.py

golden: $(READY) ## write the golden files anew (read the difference before you commit it)
	$(BIN)/python scripts/golden.py

lock: $(READY) ## resolve requirements.lock anew
	scripts/lock.sh

clean: ## remove the environment and what tools left; runs/ stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
