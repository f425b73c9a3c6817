"""Installs packages of Debian and its kin, for tests that need programs which no Python package brings."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_LOCK = Path(tempfile.gettempdir()) / "sitegen-tests-apt.lock"
"""`make --jobs` installs a browser and other programs at once; apt-get refuses a second one of itself."""


def is_possible() -> bool:
    """Return whether this may install packages here."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def install(*packages: str) -> None:
    """Install packages; errors of apt-get are seen, what it says otherwise is not, and nobody answers a question."""
    import fcntl  # Windows has none, and no packages of Debian

    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in (("update",), ("-y", "install", "--no-install-recommends", *packages)):
            subprocess.run(
                ("apt-get", "-qq", *words), env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True
            )
