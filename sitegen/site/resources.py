"""Where the templates and assets are: inside the installed package, or at the top level of a checkout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sitegen.model import Page

_BLOCK_COMMENTS = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
_LINE_COMMENTS = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_PACKAGE = Path(__file__).resolve().parent.parent


def templates_folder() -> Path:
    """Return the folder of the page templates."""
    return _folder("templates")


def assets_folder() -> Path:
    """Return the folder of the style sheets and scripts."""
    return _folder("assets")


def assets() -> Iterator[Page]:
    """Yield every file of the assets folder as a page below `assets/`, in order of their paths."""
    folder = assets_folder()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            content = path.read_bytes()
            is_script = path.suffix == ".js"
            yield Page(
                path=f"assets/{path.relative_to(folder).as_posix()}",
                content=without_comments(content.decode()).encode() if is_script else content,
            )


def without_comments(script: str) -> str:
    """Return a script without the comments that have lines of their own: a third of what a browser would load.

    Line numbers change; comments behind code stay.
    """
    return _LINE_COMMENTS.sub("", _BLOCK_COMMENTS.sub("", script))


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
