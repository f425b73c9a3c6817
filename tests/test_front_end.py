"""Rules for scripts, style sheets and templates that no formatter and no compiler checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sitegen.site.resources import assets_folder, templates_folder, without_comments

SCRIPTS = sorted(assets_folder().rglob("*.js"))
STYLES = sorted(assets_folder().rglob("*.css"))
TEMPLATES = sorted(templates_folder().rglob("*.html"))
IMPORT = re.compile(r"""^import\s[^;]*?"(\.[^"]+)";""", re.MULTILINE)
SELECTOR = re.compile(r"""(?:querySelector|querySelectorAll|closest|matches|find|part)\([^)"`]*["`]([^"`]+)["`]""")


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES], ids=name)
def test_lines_are_short(path: Path) -> None:
    """No line is longer than 120 columns, except for a picture as an address, which cannot be broken."""
    lines = path.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if len(line) > 120 and "url(" not in line] == []


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES], ids=name)
def test_files_are_short(path: Path) -> None:
    """A file has at most 400 lines."""
    assert path.read_text(encoding="utf-8").count("\n") <= 400


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_write_no_markup(path: Path) -> None:
    """Nothing that parses HTML is ever called."""
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_find_elements_by_name_or_data(path: Path) -> None:
    """Classes and ids are for style sheets and links, so that a change of the design breaks no script."""
    selectors = SELECTOR.findall(path.read_text(encoding="utf-8"))

    assert [each for each in selectors if re.search(r"[.#]\w", each)] == []


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_styles_use_no_ids(path: Path) -> None:
    """Selectors are classes, attributes and elements, in a layer."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"([^{};]+)\{", text)

    assert [each for each in selectors if "#" in each] == []
    assert "@layer" in text


def test_home_page_preloads_what_its_script_imports() -> None:
    """Each module that the home page loads before the first search is preloaded, and no other."""
    home = assets_folder() / "js" / "home.js"
    named = re.findall(
        r'^ *"((?:(?:home|search)/)?[\w-]+)",$', (templates_folder() / "home.html").read_text(), re.MULTILINE
    )

    imported = {path.relative_to(home.parent).with_suffix("").as_posix() for path in _imports(home, set())}

    assert sorted(imported) == sorted(named)


def _imports(module: Path, known: set[Path]) -> set[Path]:
    """Return every module that this one imports, by itself or through others."""
    for address in IMPORT.findall(module.read_text(encoding="utf-8")):
        path = (module.parent / address).resolve()
        if path not in known:
            known.add(path)
            _imports(path, known)
    return known


def test_scripts_are_published_without_comments() -> None:
    """Comments on lines of their own are for those who change the scripts; strings and code stay."""
    code = 'const url = "https://a.org/**/b"; // why\n/** @type {x} */ (a).b;\n'
    script = f"/** Doc. */\n{code}  // alone\n/**\n * More.\n */\nrun();\n"

    assert without_comments(script) == f"{code}run();\n"
