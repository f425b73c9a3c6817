"""Bundle the scripts and style sheets of `assets/` into `sitegen/bundle/`: `python tools/bundle.py`.

It runs `bundle.mjs` beside it, after npm has installed the packages that this needs, in the versions of
`package-lock.json`. `hatch_build.py` calls it when sitegen is installed or packaged, the tests when a source has
changed. It needs Python alone, and node (`node.py`).
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from node import command, environment

ROOT = Path(__file__).resolve().parent.parent


def bundle() -> None:
    """Write the bundles anew. Raises CalledProcessError if npm or esbuild fails; their messages are on stderr."""
    if not _has_packages():
        # Packages that only check sources are left out, unless they have been installed, and would be removed.
        omit = [] if (ROOT / "node_modules").is_dir() else ["--omit=dev"]
        _run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", *omit)
    _run("node", str(ROOT / "tools" / "bundle.mjs"))


def _has_packages() -> bool:
    """Return whether the packages that bundling needs are installed in the versions of `package-lock.json`."""
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    needed = {path: each["version"] for path, each in locked.items() if path and not {"dev", "optional"} & set(each)}
    return all(_installed_version(ROOT / path) == version for path, version in needed.items())


def _installed_version(folder: Path) -> str | None:
    path = folder / "package.json"
    version: str | None = json.loads(path.read_text(encoding="utf-8"))["version"] if path.is_file() else None
    return version


def _run(*words: str) -> None:
    subprocess.run(command(*words), cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    bundle()
