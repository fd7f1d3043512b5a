# Everything runs in a virtual environment of its own; nothing here needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A worker that goes down ends the run: with groups, pytest-xdist would wait for it for ever.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup --max-worker-restart=0

.PHONY: run test check bench nightly peers format clean

run: $(READY)
	$(BIN)/eoscheck check --producer examples/producer.properties --consumer examples/consumer.properties || test $$? -eq 1

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) tests --ignore=tests/peers --ignore=tests/nightly

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) tests --ignore=tests/peers --ignore=tests/nightly -m "not slow"

# Needs the Debian packages spin and rumur, and gcc.
peers: $(READY)
	$(PYTEST) tests/peers

# Uses spin, rumur and TLC (TLC_JAR) where they are installed.
bench: $(READY)
	$(BIN)/python -m bench.run

# All of it, and larger scopes; needs what `peers` needs, 8 GB of memory and about an hour.
nightly: test peers
	$(PYTEST) tests/nightly

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build *.egg-info

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
