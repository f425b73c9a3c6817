"""The house itself: who may import whom, what the wheel holds, how large things may be."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
from architecture import ORDER, imports_of, modules

import sitegen
from sitegen.site.resources import assets_folder, templates_folder

PACKAGE = Path(sitegen.__file__).parent
REPOSITORY = Path(__file__).parent.parent


def test_every_module_has_its_place_in_the_order() -> None:
    """A new module is put into the order, where its imports allow."""
    known = set(ORDER)

    assert set(modules(PACKAGE)) == known


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_from_those_above_it(module: str) -> None:
    """The direction of imports is the direction in which a row becomes a page."""
    above = set(ORDER[: ORDER.index(module)])

    assert imports_of(PACKAGE, module) - above - {module} == set()


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_a_module_says_what_it_is_for_and_fits_in_one_reading(path: Path) -> None:
    """About 400 lines at most, and a docstring; the model is a table of fields, each with its meaning below it."""
    text = path.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= (500 if path.stem == "model" else 450)


def test_templates_and_assets_are_part_of_what_is_installed() -> None:
    """A wheel without its templates builds nothing."""
    assert (templates_folder() / "base.html").is_file()
    assert any(assets_folder().rglob("*.js"))


@pytest.mark.skipif("SITEGEN_INSTALLED" not in os.environ, reason="`make test` sets it: the wheel is tested there")
def test_what_is_tested_is_the_wheel() -> None:
    """`make test` tests what users install, not the source tree."""
    assert not PACKAGE.is_relative_to(REPOSITORY / "sitegen")
