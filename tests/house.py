"""The order of the packages and modules, and what each imports. The README shows it, `test_house` enforces it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

ROOMS: Mapping[str, tuple[str, ...]] = {
    "": ("model", "errors", "addresses", "units", "words"),
    "config": ("toml", "checks", "settings"),
    "lists": ("columns", "problems", "csvs", "targets", "reading"),
    "ome": (),
    "fetch": ("faults", "guard", "hosts", "room", "reply", "files", "web", "database", "cache", "documents", "fetcher"),
    "pictures": (
        *("frames", "shards", "plain", "by_zarr", "codecs", "levels", "pixels"),
        *("contrast", "luts", "thumbnail", "montage"),
    ),
    "crawl": (
        *("problems", "store", "list_reader", "lookup", "neighbours", "representative"),
        *("worker", "workers", "planes", "wells", "overlays", "painting"),
        *("survey", "bounded", "visits", "alike", "many"),
    ),
    "catalog": (),
    "site": (
        *("fields", "viewers", "index", "history", "report", "columns", "search", "structured", "facts"),
        *("feeds", "platemap", "snippets", "sheet", "home", "rulebook"),
        *("resources", "render", "output"),
    ),
    "demo": (),
    "commands": (
        *("interrupts", "serve", "validate", "live", "progress", "publish", "typed"),
        *("annotations", "check", "summary", "stages"),
    ),
    "cli": (),
}
"""Package → its modules; a module stands after those that it may import from. Without modules: one room, or a
package whose inside is its own affair."""

ORDER: tuple[str, ...] = tuple(
    ".".join(part for part in (package, module) if part)
    for package, rooms in ROOMS.items()
    for module in (rooms or ("",))
)
"""Every room by its name below `sitegen`, in order."""


def modules(package: Path) -> list[str]:
    """Return the rooms of the package; `__init__` and `__main__` are none."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        whole = parts[0] in ROOMS and not ROOMS[parts[0]]
        name = parts[0] if whole else ".".join(parts)
        if whole or not parts[-1].startswith("__"):
            found.append(name)
    return list(dict.fromkeys(found))


def imports_of(package: Path, module: str) -> set[str]:
    """Return the rooms of sitegen that one imports, wherever in it."""
    path = package.joinpath(*module.split("."))
    files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    return {
        _room(name)
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _named(node)
    }


def purpose(package: Path, module: str) -> str:
    """Return the first sentence of what a module or package says that it is for."""
    path = package.joinpath(*module.split("."))
    text = ast.get_docstring(
        ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text())
    )
    return " ".join((text or "").partition("\n\n")[0].split())


def _room(name: str) -> str:
    """Return the room in which something dotted below `sitegen` is defined."""
    package, _, rest = name.partition(".")
    return f"{package}.{rest.partition('.')[0]}" if ROOMS.get(package) else package


def _named(node: ast.AST) -> set[str]:
    """Return what a statement imports of sitegen, as dotted names below it."""
    if isinstance(node, ast.Import):
        return {alias.name.removeprefix("sitegen.") for alias in node.names if alias.name.startswith("sitegen.")}
    if isinstance(node, ast.ImportFrom) and node.module == "sitegen":
        return {alias.name for alias in node.names if not alias.name.startswith("__")}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sitegen."):
        below = str(node.module).removeprefix("sitegen.")
        return {f"{below}.{alias.name}" for alias in node.names} if ROOMS.get(below) else {below}
    return set()
