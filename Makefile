# make run: all of c2d on this machine. make test: everything that proves it.
# Written for GNU make 3.81, which macOS has.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes
UV := $(shell command -v uv 2>/dev/null || echo $(VENV)/bin/uv)
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# Parallel test processes, and further arguments for pytest, a score or the bench.
JOBS ?= 2
ARGS ?=
# One score's name.
NAME ?=

.PHONY: run test bench bench-seed score lock browser words clean

run: $(VENV)/installed
	@exec $(PY) app.py

test: $(VENV)/installed-dev browser
	@exec $(PY) -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

bench: $(VENV)/installed-dev
	@exec $(PY) -m tests.bench $(ARGS)

bench-seed: $(VENV)/installed-dev
	@exec $(PY) -m tests.bench seed $(ARGS)

score: $(VENV)/installed-dev
	@exec $(PY) -m tests.score $(NAME) $(ARGS)

browser: $(VENV)/installed-dev
	@$(PY) -m tests.support.chromium

# UPGRADE=1 takes the newest versions that fit; without it what is locked stays.
lock:
	@command -v $(UV) >/dev/null || { echo "'make lock' needs uv (pip install uv)." >&2; exit 1; }
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements-dev.in -o requirements-dev.txt

# After the texts have changed: the catalogue's compiled form.
words: $(VENV)/installed
	@$(VENV)/bin/pybabel --quiet compile --directory c2d/translations

clean:
	@rm -rf $(VENV)

# Each installation once: the stamp is newer than the lock until the lock changes.
$(VENV)/installed: requirements.txt | $(PY)
	@echo "Installing what c2d needs (once) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt | $(PY)
	@echo "Installing what the tests need (once) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/installed

# macOS's own python3 is too old, and Debian's comes without ensurepip: hence the search.
$(PY):
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			"$$python" -m venv --clear $(VENV) && exit 0; \
		fi; \
	done; \
	echo "c2d needs Python 3.11 or newer with venv, and none was found." >&2; \
	echo "Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13;" >&2; \
	echo "or name one: make run PYTHON=/path/to/python3" >&2; \
	exit 1
