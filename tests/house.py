"""The order of the modules, and what each imports. The README shows it, `test_house` enforces it."""

from __future__ import annotations

import ast
from pathlib import Path

# Each module or package, after those that it may import from.
ORDER: list[str] = []


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


def _named(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("sitegen.")}
    if isinstance(node, ast.ImportFrom) and node.module == "sitegen":
        return {alias.name for alias in node.names if not alias.name.startswith("__")}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sitegen."):
        return {str(node.module).split(".")[1]}
    return set()
