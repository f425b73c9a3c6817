"""The order of the packages, and what each imports; shown in `docs/architecture.md`, tested by `test_architecture`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "model": (),
    "": ("errors", "urls", "transfer", "units", "formatting", "interrupts"),
    "config": (),
    "lists": (),
    "ome": (),
    "validate": (),
    "net": (),
    "pixels": (),
    "render": (),
    "cache": (),
    "inspection": (),
    "engine": (),
    "catalog": (),
    "site": (),
    "outputs": (),
    "demo": (),
    "serve": (),
    "publish": (),
    "commands": (),
    "cli": (),
}
"""Package → its modules; a module stands after those that it may import from. Without modules: one room, or a
package whose inside is its own affair."""

ORDER: tuple[str, ...] = tuple(
    ".".join(part for part in (package, module) if part)
    for package, rooms in PACKAGES.items()
    for module in (rooms or ("",))
)
"""Every room by its name below `sitegen`, in order."""


def modules(package: Path) -> list[str]:
    """Return the rooms of the package; `__init__` and `__main__` are none."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        whole = parts[0] in PACKAGES and not PACKAGES[parts[0]]
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
    return f"{package}.{rest.partition('.')[0]}" if PACKAGES.get(package) else package


def _named(node: ast.AST) -> set[str]:
    """Return what a statement imports of sitegen, as dotted names below it."""
    if isinstance(node, ast.Import):
        return {alias.name.removeprefix("sitegen.") for alias in node.names if alias.name.startswith("sitegen.")}
    if isinstance(node, ast.ImportFrom) and node.module == "sitegen":
        return {alias.name for alias in node.names if not alias.name.startswith("__")}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sitegen."):
        below = str(node.module).removeprefix("sitegen.")
        return {f"{below}.{alias.name}" for alias in node.names} if PACKAGES.get(below) else {below}
    return set()
