"""Rules for scripts, style sheets and templates that no formatter and no compiler checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sitegen.site.resources import assets, bundles, sources_digest, templates_folder

ASSETS = Path(__file__).parent.parent / "assets"
SCRIPTS = sorted(ASSETS.rglob("*.js"))
STYLES = sorted(ASSETS.rglob("*.css"))
TEMPLATES = sorted(templates_folder().rglob("*.html"))
SELECTOR = re.compile(r"""(?:querySelector|querySelectorAll|closest|matches|find|part)\([^)"`]*["`]([^"`]+)["`]""")


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES], ids=name)
def test_lines_are_short(path: Path) -> None:
    """No line is longer than 120 columns."""
    lines = path.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if len(line) > 120] == []


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


@pytest.mark.parametrize("path", sorted(path for path in TEMPLATES if "page_kind" in path.read_text()), ids=name)
def test_pages_load_a_kind_that_is_bundled(path: Path) -> None:
    """Each kind of page that a template names has its files."""
    kinds = re.findall(r'set page_kind = "(\w+)"', path.read_text(encoding="utf-8"))

    assert set(kinds) <= set(bundles().pages)


def test_all_files_that_pages_load_are_bundled() -> None:
    """Each kind of page has one style sheet, at most one script, and what the script imports at its start."""
    made = {page.path for page in assets()}

    for files in bundles().pages.values():
        assert {files.style, bundles().early, *files.preloaded} | ({files.script} - {None}) <= made


def test_bundles_are_named_by_their_content() -> None:
    """Browsers keep them forever, so another content needs another name."""
    named = re.compile(r"assets/pages/[\w-]+-[A-Z0-9]{8}\.(css|js)(\.map)?")
    others = {page.path for page in assets() if not named.fullmatch(page.path)}

    assert others <= {"assets/icon.svg", "assets/licenses.txt"}


def test_workers_and_parts_are_found() -> None:
    """Each file that a bundled script names is beside it: the worker of the search, what is loaded on a click."""
    made = {Path(page.path).name: page.content.decode() for page in assets() if page.path.endswith(".js")}
    named = {each for text in made.values() for each in re.findall(r'"\./([\w-]+\.js)"', text)}

    assert any(each.startswith("worker-") for each in named)
    assert named <= set(made)


def test_a_change_of_a_source_is_noticed(tmp_path: Path) -> None:
    """Bundles are older than a checkout if any source has another content, another name, or is new."""
    for path in ("assets/js/a.js", "assets/css/a.css", "package-lock.json", "tools/bundle.mjs"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1")
    digests = [sources_digest(tmp_path)]
    for path in ("assets/js/a.js", "assets/js/deep/b.js", "tools/bundle.mjs"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("2")
        digests.append(sources_digest(tmp_path))

    assert None not in digests
    assert len(set(digests)) == 4


def test_an_installed_sitegen_has_no_sources(tmp_path: Path) -> None:
    """Without a checkout around it, there is nothing that bundles could be older than."""
    assert sources_digest(tmp_path) is None


def test_tokens_and_components_are_described() -> None:
    """`assets/README.md` names every token and no other, and files and classes that exist."""
    text = (ASSETS / "README.md").read_text(encoding="utf-8")
    tokens, components = text.split("## Components")
    sheet = (ASSETS / "css" / "tokens.css").read_text(encoding="utf-8")
    declared = set(re.findall(r"^ +(--[\w-]+):", sheet, re.MULTILINE))
    rows = [line.split(" | ") for line in components.splitlines() if line.startswith("| `")]

    assert set(re.findall(r"`(--[a-z][\w-]*)`", tokens)) == declared
    for name, styles, markup, script in rows:
        component = name.strip("|` ")
        paths = [ASSETS / path for path in re.findall(r"`((?:css|js)/[^`]+)`", f"{styles} {script}")]
        paths += [templates_folder().parent / path for path in re.findall(r"`(templates/[^`]+)`", markup)]
        assert [path for path in paths if not path.is_file()] == [], component
        assert any(component in path.read_text(encoding="utf-8") for path in paths if path.suffix == ".css"), component
