"""What holds for all tests: none fails by being slow, CI tries the same examples in every run, browsers come last."""

import os

import pytest
from hypothesis import settings

settings.register_profile("sitegen", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "sitegen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the tests in a browser to the end: once Playwright runs, its event loop leaves room for no other."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
