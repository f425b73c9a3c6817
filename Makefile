# Two commands: `make site` shows a catalog, `make test` runs everything.
# The plain commands behind each are in the README.

PYTHON ?= python3
ENV = .venv
TEST_ENV = .venv-test
OLDEST_ENV = .venv-oldest
PORT ?= 8000

.PHONY: site test test-oldest lint test-browser-ready wheel clean

# Write the demo federation, serve it as five origins, build its catalog over HTTP, serve that.
site: $(ENV)/ready
	@$(ENV)/bin/sitegen demo demo --serve | { \
	  read -r federation && echo "$$federation" && \
	  $(ENV)/bin/sitegen build demo/sitegen.toml --out site && \
	  $(ENV)/bin/sitegen serve site --port $(PORT); }

$(ENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(ENV)
	$(ENV)/bin/python -m pip install --quiet --editable .
	touch $@

# The tests run against the wheel, in an environment of its own, never against the source tree.
test: lint test-browser-ready
	SITEGEN_INSTALLED=1 $(TEST_ENV)/bin/pytest

lint: $(TEST_ENV)/ready
	$(TEST_ENV)/bin/ruff check .
	$(TEST_ENV)/bin/ruff format --check .
	$(TEST_ENV)/bin/mypy
	$(TEST_ENV)/bin/python tests/node.py npm ci --silent
	$(TEST_ENV)/bin/python tests/node.py npx tsc

test-browser-ready: $(TEST_ENV)/ready
	$(TEST_ENV)/bin/python tests/browser/install.py

$(TEST_ENV)/ready: $(shell git ls-files pyproject.toml sitegen templates assets)
	$(PYTHON) -m venv --clear $(TEST_ENV)
	$(TEST_ENV)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(TEST_ENV)/bin/python -m pip install --quiet --group test --group lint build
	rm -rf dist && $(TEST_ENV)/bin/python -m build --wheel --outdir dist . > /dev/null
	$(TEST_ENV)/bin/python -m pip install --quiet dist/*.whl
	touch $@

# The same tests with the oldest versions that pyproject.toml allows.
test-oldest: $(TEST_ENV)/ready
	$(PYTHON) -m venv --clear $(OLDEST_ENV)
	$(OLDEST_ENV)/bin/python -m pip install --quiet uv
	$(OLDEST_ENV)/bin/uv pip install --quiet --python $(OLDEST_ENV)/bin/python --resolution lowest-direct dist/*.whl
	$(OLDEST_ENV)/bin/uv pip install --quiet --python $(OLDEST_ENV)/bin/python pytest hypothesis jsonschema
	SITEGEN_INSTALLED=1 $(OLDEST_ENV)/bin/pytest -m "not browser and not node"

clean:
	rm -rf $(ENV) $(TEST_ENV) $(OLDEST_ENV) dist node_modules demo site .sitegen-cache
