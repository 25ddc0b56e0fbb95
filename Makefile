# Two commands do all the set-up: `make ask` and `make test`. Each makes its own environment.
# `make help` lists the others.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
TORCH  := 2.13.0

Q ?= What tariff do Japanese cars pay today?
GOLDEN ?= tests/golden/dev.jsonl

.DEFAULT_GOAL := help
.PHONY: help ask chat bot test check bench botbench properties eval clean

help:  ## list the commands
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ask: $(VENV)/.run  ## set up and answer one question: make ask Q="..."
	@$(BIN)/lodestone ask "$$Q"
export Q

chat: $(VENV)/.run  ## a conversation in the terminal
	@$(BIN)/lodestone chat

bot: $(VENV)/.run  ## the Telegram bot; needs LODESTONE_TELEGRAM_TOKEN
	@$(BIN)/lodestone bot

test: $(VENV)/.test  ## set up and run all tests
	$(BIN)/python -m pytest

check: $(VENV)/.test  ## formatting, lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench  ## speed and quality beside LangChain's plain stack, in one run
	$(BIN)/python -m tests.bench.quality $(GOLDEN)
	$(BIN)/python -m tests.bench.speed
	$(BIN)/python -m tests.bench.mutations
	$(BIN)/python -m tests.bench.allocation_rules

properties: $(VENV)/.test  ## the allocation's properties over 20,000 random cases (an hour)
	$(BIN)/python -m pytest tests/bot/allocation --hypothesis-profile=full

botbench: $(VENV)/.bench  ## the bot under a burst of questions, and killed thirty times
	$(BIN)/python -m tests.bench.telegram.load
	$(BIN)/python -m tests.bench.telegram.kills

eval: $(VENV)/.run  ## the golden questions: make eval GOLDEN=file.jsonl
	$(BIN)/lodestone eval --questions $(GOLDEN) --floors tests/golden/floors.yaml

clean:  ## remove the environment and what was built; the data in var/ stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamps say which extras an environment already holds.
$(VENV)/.torch: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python deploy/install_torch.py $(TORCH)
	@touch $@

$(VENV)/.run: $(VENV)/.torch
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.torch
	@$(BIN)/python -m pip install --quiet --editable ".[test,check,bench]"
	@touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/.test
	@touch $@
