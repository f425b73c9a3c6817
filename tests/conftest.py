"""Settings of all tests: no time limit for examples, the same examples in every run of CI, browser tests last.

Where only browser tests are to run, files without any are not imported.

In a checkout, scripts and style sheets are bundled first if they have changed.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from browser.demo_site import Demo, serving_data
from bundle import bundle
from hypothesis import settings

from sitegen.errors import BuildError
from sitegen.site.resources import bundles

settings.register_profile("sitegen", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "sitegen")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore files without browser tests where only these are to run: to import them takes 12 s and 800 MB."""
    is_for_browsers = str(config.option.markexpr).startswith("browser")
    if is_for_browsers and collection_path.suffix == ".py" and "mark.browser" not in collection_path.read_text("utf-8"):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the browser tests to the end: while Playwright's event loop runs, no other can run."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_configure() -> None:
    """Bundle what the pages load, unless that is current."""
    with suppress(BuildError):
        bundles()
        return
    bundle()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole demo, written and served by its command once for all tests, which leave it as it is: it takes 20 s."""
    folder = tmp_path_factory.mktemp("whole") / "demo"
    with serving_data(folder) as line:
        yield Demo(folder=folder, printed=line)
