"""The order of the modules, and what each imports. The README shows it, `test_house` enforces it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

FLOORS: Mapping[str, tuple[str, ...]] = {
    "values": ("model", "errors", "addresses", "units", "words"),
    "configuration and lists": (
        *("toml", "checks", "config"),
        *("list_columns", "list_problems", "csvs", "list_targets", "lists"),
    ),
    "network": ("faults", "guard", "hosts", "reply", "files", "web", "cache", "documents", "fetch", "list_reader"),
    "OME-Zarr": ("ome", "store", "lookup", "representative", "validate"),
    "pictures": (
        *("shards", "codecs", "levels", "pixels", "contrast", "luts", "thumbnail", "montage"),
        *("workers", "planes", "wells", "overlays", "painting"),
    ),
    "crawl": ("neighbours", "survey", "visits", "crawl"),
    "catalog": ("catalog", "history", "fields", "viewers", "index", "report", "columns", "search"),
    "site": ("structured", "feeds", "platemap", "snippets", "sheet", "home", "resources", "render", "output"),
    "commands": (
        *("demo", "serve", "progress", "interrupts"),
        *("annotations", "check", "summary", "commands", "cli"),
    ),
}
"""Floor → its modules and packages; each stands after those that it may import from."""

ORDER: tuple[str, ...] = tuple(module for floor in FLOORS.values() for module in floor)


def modules(package: Path) -> list[str]:
    """Return the modules and packages right below the package; `__init__` and `__main__` belong to no floor."""
    files = [path.stem for path in package.glob("*.py") if not path.stem.startswith("__")]
    return files + [path.parent.name for path in package.glob("*/__init__.py")]


def imports_of(package: Path, module: str) -> set[str]:
    """Return the modules and packages of sitegen that one imports, wherever in it."""
    folder = package / module
    files = folder.rglob("*.py") if folder.is_dir() else [package / f"{module}.py"]
    return {
        name
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _named(node)
    }


def purpose(package: Path, module: str) -> str:
    """Return the first sentence of what a module or package says that it is for."""
    path = package / module / "__init__.py" if (package / module).is_dir() else package / f"{module}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


def _named(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("sitegen.")}
    if isinstance(node, ast.ImportFrom) and node.module == "sitegen":
        return {alias.name for alias in node.names if not alias.name.startswith("__")}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sitegen."):
        return {str(node.module).split(".")[1]}
    return set()
