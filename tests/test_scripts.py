"""The unit tests of the site's scripts, run by node."""

from __future__ import annotations

import subprocess

import pytest
from node import command
from scripts import FOLDER_OF_TESTS


@pytest.mark.node
@pytest.mark.parametrize("path", sorted(FOLDER_OF_TESTS.glob("*.test.js")), ids=lambda path: path.name)
def test_script(path) -> None:
    """The tests of one module pass."""
    done = subprocess.run(command("node", "--test", str(path)), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
