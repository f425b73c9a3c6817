"""The shape of the package: who imports whom, what the wheel holds, how large modules are, and that docs say so."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
from architecture import ORDER, imports_of, modules

import sitegen
from sitegen.site.resources import assets, templates_folder

PACKAGE = Path(sitegen.__file__).parent
REPOSITORY = Path(__file__).parent.parent
PAGE = REPOSITORY / "docs" / "architecture.md"
MAX_LINES = 400


def test_every_module_has_its_place_in_the_order() -> None:
    """A new package or module is put into the order, where its imports allow."""
    found, known = set(modules(PACKAGE)), set(ORDER)

    assert sorted(found - known) == [], (
        "add it to PACKAGES in tests/architecture.py, below everything that it imports, and describe it in "
        "docs/architecture.md"
    )
    assert sorted(known - found) == [], "it does not exist; remove it from PACKAGES in tests/architecture.py"


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_from_those_above_it(module: str) -> None:
    """The direction of imports is the direction in which a row becomes a page."""
    above = ORDER[: ORDER.index(module)]
    against = {
        f"{place}: {module} may not import {name}, which comes after it"
        for name, place in imports_of(PACKAGE, module).items()
        if name not in (*above, module)
    }

    assert against == set(), (
        "move what is shared to a package above both, or pass it in as an argument; the order is PACKAGES in "
        "tests/architecture.py, explained in docs/architecture.md#packages"
    )


def test_the_page_explains_the_packages_in_their_order() -> None:
    """Whoever reads docs/architecture.md from top to bottom meets nothing before what it is made of."""
    text = PAGE.read_text(encoding="utf-8").partition("\n## Packages\n")[2].partition("\n## ")[0]
    headings = re.findall(r"^### (.+)$", text, flags=re.MULTILINE)
    explained = [name for heading in headings for name in heading.replace("`", "").split(", ")]

    assert explained == list(ORDER), (
        "give each package of PACKAGES in tests/architecture.py a heading in docs/architecture.md below “Packages”, in "
        "that order; several small ones may share a heading, separated by commas"
    )


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_says_what_it_is_for_and_fits_in_one_reading(path: Path) -> None:
    """A docstring, and at most MAX_LINES lines."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(PACKAGE.parent).as_posix()

    assert ast.get_docstring(ast.parse(text)), f"{name}: begin it with a docstring that says what it is for"
    assert text.count("\n") <= MAX_LINES, f"{name}: split it by what its parts are for"


def test_templates_and_assets_are_part_of_what_is_installed() -> None:
    """A wheel without its templates builds nothing."""
    assert (templates_folder() / "base.html").is_file()
    assert any(page.path.endswith(".js") for page in assets())


@pytest.mark.skipif("SITEGEN_INSTALLED" not in os.environ, reason="`make test` sets it: the wheel is tested there")
def test_what_is_tested_is_the_wheel() -> None:
    """`make test` tests what users install, not the source tree."""
    assert not PACKAGE.is_relative_to(REPOSITORY / "sitegen")
