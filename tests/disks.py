"""Small disks for tests, in memory: they fill up as real ones do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, size_kb: int, names: int) -> Iterator[Path]:
    """Mount a disk at a new folder for so many kilobytes, and so many names of files and folders.

    Hard links are names, too. Skips the test where only an administrator may mount, or mounting is not Linux's.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a disk in memory")
    folder.mkdir()
    options = f"size={size_kb}k,nr_inodes={names}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk in memory can be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
