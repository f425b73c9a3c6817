"""Settings of all tests: no time limit for examples, the same examples in every run of CI, long files first.

Where only browser tests are to run, files without any are not imported.

In a checkout, scripts and style sheets are bundled first if they have changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.demo_site import Demo, serving_data
from bundle import bundle
from hypothesis import settings

from sitegen.errors import BuildError
from sitegen.site.resources import bundles

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

LONGEST = (
    "test_early_input.py",
    "test_never_silent.py",
    "test_search_questions.py",
    "test_tasks.py",
    "test_dask_engine.py",
    "test_publish_s3.py",
    "test_demo.py",
    "test_unchanged_sites.py",
    "test_one_verdict.py",
    "test_benchmarks.py",
    "test_engines.py",
    "test_extreme_values.py",
    "test_search.py",
    "test_incremental_sites.py",
    "test_narrow_screens.py",
    "test_viewer_of_hostile_stores.py",
    "test_data_page.py",
    "test_action.py",
)
"""Files that take longest, of which each is run by one process: one that is begun late keeps the other ones waiting."""
OF_THE_DEMO = ("test_demo.py", "test_unchanged_sites.py")
"""Files whose tests use the whole demo, so one process runs them: it takes 18 s of a processor to write."""

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
    """Move long files to the front, and browser tests to the end: while Playwright's event loop runs, no other can."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Give the tests of a file to one process, as `--dist loadfile` does, and those of the demo, too."""
    if config.option.dist != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "the demo" if file.endswith(OF_THE_DEMO) else file

    return Scheduling(config, log)


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
