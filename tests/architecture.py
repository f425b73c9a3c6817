"""The order of the packages, and what each imports; shown in `docs/architecture.md`, tested by `test_architecture`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "model": (),
    "": (
        "errors",
        "urls",
        "spellings",
        "absence",
        "file_kinds",
        "media_types",
        "transfer",
        "units",
        "formatting",
        "creators",
        "interrupts",
        "allocator",
        "compact",
        "own_process",
        "slab_workers",
    ),
    "config": (),
    "lists": (),
    "ome": (),
    "validate": (),
    "net": (),
    "pixels": (),
    "render": (),
    "cache": (),
    "stores": (),
    "inspection": (),
    "engine": (),
    "catalog": (),
    "site": (),
    "outputs": (),
    "demo": (),
    "serve": (),
    "publish": (),
    "commands": (),
    "api": (),
    "cli": (),
}
"""Package → its modules; a module comes after those that it may import from. Without modules: a single module, or a
package whose modules may import one another as they like."""

ORDER: tuple[str, ...] = tuple(
    ".".join(part for part in (package, module) if part)
    for package, modules_ in PACKAGES.items()
    for module in (modules_ or ("",))
)
"""Every package, and every module outside one, by its name below `sitegen`, in order."""


def modules(package: Path) -> list[str]:
    """Return the packages and modules that exist, but for `__init__` and `__main__`."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[0] in PACKAGES or len(parts) > 1:
            found.append(".".join(parts) if PACKAGES.get(parts[0]) else parts[0])
        elif not parts[-1].startswith("__"):
            found.append(parts[0])
    return list(dict.fromkeys(found))


def files_of(package: Path, module: str) -> list[Path]:
    """Return the source files of a package or module of ORDER."""
    path = package.joinpath(*module.split("."))
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imports_of(package: Path, module: str) -> dict[str, str]:
    """Return what a package or module imports of sitegen, by its name in ORDER, each with one place that does so."""
    return {
        _name_in_order(name): f"{file.relative_to(package.parent).as_posix()}:{node.lineno}"
        for file in files_of(package, module)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _named(node)
    }


def is_async(package: Path, module: str) -> bool:
    """Return whether anything in it is asynchronous: it talks to hosts, or waits for something that does."""
    nodes = (node for file in files_of(package, module) for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return any(isinstance(node, ast.AsyncFunctionDef) for node in nodes)


def _name_in_order(name: str) -> str:
    """Return the package or module of ORDER in which something dotted below `sitegen` is defined."""
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
