"""Class names: no two public classes of the package have the same one."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import sitegen

PACKAGE = Path(sitegen.__file__).parent


def classes() -> dict[str, list[str]]:
    """Return where each public class is defined, by its name: `Host` → `net/hosts.py:65`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}")
    return found


def test_class_names_are_unique() -> None:
    """A name in code or documentation means one class, and a search finds its definition."""
    shared = {name: places for name, places in classes().items() if len(places) > 1}

    message = "two classes have one name; rename all but one of each, so that the name says what it is of:"
    assert shared == {}, "\n".join(
        [message, *(f"  {name}: {', '.join(each)}" for name, each in sorted(shared.items()))]
    )
