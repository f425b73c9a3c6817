"""No import needs Linux; `make lint` also type-checks for Windows and macOS."""

from __future__ import annotations

import subprocess
import sys

ONLY_ON_POSIX = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
"""Modules of the standard library that Windows lacks (docs.python.org, "Availability")."""
OF_EXTRAS = ("sitegen.engine.dask_engine", "sitegen.engine.dask_worker")
"""Modules that import a package which asks `sys.platform` itself, before it imports such a module."""
IMPORTS = f"""
import importlib, pkgutil, sys
sys.modules |= dict.fromkeys({ONLY_ON_POSIX})  # None: not to be imported
import sitegen
for module in pkgutil.walk_packages(sitegen.__path__, "sitegen."):
    if not module.name.endswith("__main__") and module.name not in {OF_EXTRAS}:
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            print(f"{{module.name}}: {{error}}")
"""


def test_no_module_imports_what_windows_lacks() -> None:
    """A function that needs such a module imports it itself, and works without it."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", IMPORTS], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [], "import it inside the function, after asking sys.platform"
