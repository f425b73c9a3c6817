"""Every imported package is declared in pyproject.toml, with the oldest version that is allowed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
DISTRIBUTIONS = packages_distributions()
GROUPS = {"sitegen": (), "tests": ("test",), "benchmarks": ("test", "bench", "writers")}
"""Folder → the groups of pyproject.toml that are installed for it, besides the dependencies."""


def declared(*groups: str) -> list[str]:
    """Return the requirements of an installation with some groups."""
    grouped = [each for name in groups for each in PROJECT["dependency-groups"][name]]
    extras = PROJECT["project"]["optional-dependencies"].values() if not groups else ()
    return [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra), *grouped]


def name_of(requirement: str) -> str:
    """Return the normalized name of a requirement (packaging.python.org, name normalization)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def imported(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file of a folder with the third-party packages that it imports."""
    ours = ("tests", "benchmarks", "docs", "tools")
    own = {"sitegen"} | {path.stem for name in ours for path in (REPOSITORY / name).rglob("*")}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            packages = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
            yield from ((path.relative_to(REPOSITORY).as_posix(), package) for package in packages - own)


@pytest.mark.parametrize("folder", GROUPS)
def test_every_imported_package_is_declared(folder: str) -> None:
    """A package that is installed only as a dependency of another one may disappear."""
    known = {name_of(each) for each in declared(*GROUPS[folder])}
    missing = {
        f"{file} imports {package}: add its distribution, with a lower bound, to pyproject.toml "
        f"({', '.join(('dependencies', *GROUPS[folder]))})"
        for file, package in imported(REPOSITORY / folder)
        if known.isdisjoint(name_of(each) for each in DISTRIBUTIONS.get(package, [package]))
    }

    assert missing == set()


def test_every_requirement_has_a_lower_bound() -> None:
    """`make test-oldest` installs and tests these versions."""
    extras = [each for group in PROJECT["project"]["optional-dependencies"].values() for each in group]
    unbound = [each for each in [*declared("test", "lint", "bench"), *extras] if ">=" not in each]

    assert unbound == [], "add the oldest version with which the tests pass: `name>=1.2`"
