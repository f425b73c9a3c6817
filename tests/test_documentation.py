"""The documentation says what the code does: tables are current, examples run, links and references lead somewhere."""

from __future__ import annotations

import re
import shlex
from itertools import chain
from pathlib import Path

import pytest
import yaml
from documentation import (
    DOCS,
    KEBAB,
    PAGES,
    REPOSITORY,
    anchors,
    by_hand,
    commands_shown,
    doc_references,
    fenced,
    links,
    missing,
    name_of,
    prose,
    references_elsewhere,
    spans,
)
from reference_tables import (
    BLOCKS,
    FIELDS,
    KNOWN_COLUMNS,
    PACKAGE,
    VIEWERS,
    block,
    blocks_of,
    commands,
    keys,
    known_codes,
    make_parser,
    pages,
    render_page,
)

import sitegen
from sitegen import urls
from sitegen.config.settings import read_config
from sitegen.demo import FOLDERS
from sitegen.outputs.schema import make_schema

GENERATED = {path: path.read_text(encoding="utf-8") for path in pages()}
TABLES = {name: block(name, text) for text in GENERATED.values() for name in blocks_of(text)}
SOURCES = sorted(PACKAGE.rglob("*.py"))
"""Where codes are literals; validation assembles many of its codes, and ignores one that is not in its table."""
REFERRING = [
    *SOURCES,
    *(path for folder in ("tests", "benchmarks", "docs") for path in sorted((REPOSITORY / folder).rglob("*.py"))),
    *(REPOSITORY / name for name in ("Makefile", "pyproject.toml", "sitegen.toml")),
]
"""Files whose comments and docstrings may refer to the documentation."""
EXAMPLES = [
    pytest.param(page, example, id=f"{name_of(page)}-{number}")
    for page in PAGES
    for number, (language, example) in enumerate(fenced(page))
    if language == "toml" and re.search(r"^csv = ", example, re.MULTILINE)
]
"""Configurations that are complete."""
OTHERS_OPTIONS = {"--datasets", "--latency-ms", "--lists", "--host-down", "--html", "--only", "--other", "--repeat",
                  "--nthreads", "--short", "--every", "--isolation", "--link", "--link-dest", "--prefix", "--without",
                  "--most-objects", "--copies", "--openssl-legacy-provider"}  # fmt: skip
"""Options of benchmarks, of Dask, of programs that copy files and build images, of npm and Node."""
NOT_CODES = {
    "apt-get", "sphinx-build", "image-label", "1-3", "aws-chunked", "16-bit", "light-sheet", "time-lapse", "ro-crate",
    "connect-src", "cite-as", "dask-jobqueue", "dask-gateway", "idr0012-fuchs-cellmorph",
}  # fmt: skip
"""What looks like a code and is not one: programs, a key of OME-Zarr, versions, a token of HTTP, words of a search,
where a study was taken from, a directive of a Content-Security-Policy, a property of RO-Crate, packages of Dask."""


@pytest.mark.parametrize("page", GENERATED, ids=name_of)
def test_tables_are_current(page: Path) -> None:
    """`make docs` would change nothing; if it does, run it, and read what changed."""
    assert render_page(GENERATED[page]) == GENERATED[page], f"{name_of(page)}: run `make docs`, read what changed"


def test_each_table_is_on_one_page() -> None:
    """A table that no page shows is found by nobody; two copies are one too many."""
    shown = [name for text in GENERATED.values() for name in blocks_of(text)]

    assert sorted(shown) == sorted(BLOCKS), "show each table of BLOCKS in docs/reference_tables.py on one page"


def test_every_option_is_explained() -> None:
    """An option without help, or outside the reference, is one that nobody finds."""
    sections = {part.partition("\n")[0]: part for part in TABLES["options"].split("\n## ")}
    actions = [(name, action) for name, parser in commands().items() for action in parser._actions]
    options = {(name, option) for name, action in actions for option in action.option_strings if action.dest != "help"}
    silent = [f"{name} {action.dest}" for name, action in actions if not action.help]

    assert silent == [], "give it a `help` in sitegen/cli.py"
    assert {pair for pair in options if not re.search(rf"`[^`]*{pair[1]}\b[^`]*`", sections[pair[0]])} == set()


def test_every_key_column_field_and_viewer_is_there() -> None:
    """What the tables of the code hold, a reader finds by its name."""
    names = {
        "configuration": [key.name for key in keys()],
        "columns": list(KNOWN_COLUMNS),
        "fields": [field.key for field in FIELDS],
    }

    assert [each for name in names for each in names[name] if f"`{each}`" not in TABLES[name]] == []
    assert [viewer.name for viewer in VIEWERS if f"| {viewer.name} |" not in TABLES["viewers"]] == []


def test_every_key_of_the_index_is_there() -> None:
    """Whoever reads `index.json` finds each key of its schema by its name."""
    schema = make_schema()
    of_index, of_record = schema["properties"], schema["$defs"]["Record"]["properties"]

    assert [key for key in of_index if f"| `{key}` |" not in TABLES["index"]] == []
    assert [key for key in of_record if not re.search(rf"\| `{key}(\[\])?` \|", TABLES["record"])] == []


def test_every_problem_code_is_there() -> None:
    """A code that someone meets in a report is explained."""
    explained = set(re.findall(r"^\| `([a-z0-9-]+)` \|", TABLES["problems"], flags=re.MULTILINE))

    assert explained == known_codes(), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_the_words_name_exists(page: Path) -> None:
    """Options, keys and codes that a page mentions are the program's own."""
    actions = chain.from_iterable(each._actions for each in (make_parser(), *commands().values()))
    options = set(chain.from_iterable(action.option_strings for action in actions))
    tables = {key.name.partition(".")[0] for key in keys() if "." in key.name}
    dotted = {each for each in spans(page) if re.fullmatch(r"[a-z]+\.[a-z_]+", each) and each.split(".")[0] in tables}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", prose(page)))

    unknown_codes = {each for each in spans(page) if KEBAB.fullmatch(each)} - known_codes() - NOT_CODES

    assert named - options - OTHERS_OPTIONS == set(), "no command has this option; correct the page"
    assert dotted - {key.name for key in keys()} == set(), "there is no such key in sitegen.toml; correct the page"
    assert unknown_codes == set(), (
        "there is no such code in sitegen/model/codes.txt; correct the page, or add what is no code to NOT_CODES"
    )


def is_accepted(words: list[str]) -> bool:
    """Return whether the command line takes the words; some only print, and end there."""
    try:
        make_parser().parse_args(words)
    except SystemExit as ended:
        return ended.code == 0
    return True


@pytest.mark.parametrize("command", commands_shown())
def test_a_command_that_is_shown_is_one(command: str) -> None:
    """Whoever copies a line is not told that it is wrong."""
    words = shlex.split(command.replace("build.py", "sitegen build").removeprefix("sitegen"))
    named_alone = words[0] in commands() and len(words) == 1

    assert named_alone or is_accepted(words)


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_an_example_of_a_configuration_is_read(page: Path, example: str, tmp_path: Path) -> None:
    """Whoever copies it, and the list of the README, has a catalog."""
    rows = next(content for _, content in fenced(REPOSITORY / "README.md") if content.startswith("url,"))
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "ours.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "logos").mkdir()
    (tmp_path / "logos" / "ours.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (tmp_path / "sitegen.toml").write_text(example, encoding="utf-8")

    config = read_config(tmp_path / "sitegen.toml")

    assert [Path(urls.to_path(csv)).name for csv in config.csv if not urls.is_remote(csv)] == ["ours.csv"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """A link into the repository leads to a file, and its anchor to a heading there, also on GitHub."""
    own = anchors(page)
    broken = {link: missing(link, page.parent) for link in links(page)}
    inside = [link for link in links(page) if link.startswith("#") and link[1:] not in own]

    assert {link: why for link, why in broken.items() if why} == {}, "correct the link, or the heading that it names"
    assert inside == [], f"correct the link; the page has {sorted(own)}"


@pytest.mark.parametrize("path", REFERRING, ids=name_of)
def test_references_to_the_documentation_exist(path: Path) -> None:
    """A comment or docstring that refers to `docs/lists.md#addresses`, say, leads to a page and a heading."""
    broken = {each: missing(each, REPOSITORY) for each in doc_references(path)}
    wrong = {f"{name_of(path)}: {each}": why for each, why in broken.items() if why}

    assert wrong == {}, "correct the reference, or write the page"


def test_source_refers_to_nothing_outside_the_repository() -> None:
    """A docstring needs no document that a reader does not have: say it there, or in `docs/`."""
    read = (path for path in REFERRING if path != REPOSITORY / "tests" / "documentation.py")
    outside = {name_of(path): found for path in read if (found := references_elsewhere(path))}

    assert outside == {}, "say it in the docstring in your own words, or in docs/, and refer to its page"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    """A path in the words leads to a file of the repository; a name with a star, to at least one."""
    folders = {"sitegen", "tests", "benchmarks", "docs", ".github", ".ci", "templates", "assets"}
    paths = {each for each in spans(page) if re.fullmatch(r"[\w.-]+(/[\w.*-]+)+/?", each)}
    named = {path for path in paths if path.split("/")[0] in folders}

    absent = {path for path in named if not any(REPOSITORY.glob(path.rstrip("/")))}

    assert absent == set(), f"{name_of(page)} names what does not exist; correct the path"


def test_names_that_are_said_to_be_in_a_file_are_there() -> None:
    """Whoever is sent to `decide` in `sitegen/engine/plan.py` finds it."""
    text = prose(DOCS / "architecture.md")
    sentences = re.findall(r"((?:`\w+`(?:,| and)?\s+)+)in\s+`((?:sitegen|tests)/[\w/]+\.\w+)`", text)
    wrong = [
        f"there is no {name} in {file}"
        for names, file in sentences
        for name in re.findall(r"`(\w+)`", names)
        if not re.search(rf"\b{name}\b", (REPOSITORY / file).read_text(encoding="utf-8"))
    ]

    assert len(sentences) > 20
    assert wrong == [], "correct docs/architecture.md: name the file in which it is now"


def test_the_demo_is_as_large_as_it_is_said_to_be() -> None:
    """A newcomer who counts finds what was promised."""
    assert f"{len(FOLDERS)} invented institutions" in by_hand(REPOSITORY / "README.md")


def test_readme_is_short_and_its_pictures_are_small() -> None:
    """The first page is read in two minutes, and a clone stays light."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    pictures = {path: path.stat().st_size for path in (DOCS / "images").iterdir()}

    assert readme.count("\n") <= 150
    assert "docs/images/home.png" in readme
    assert {path.name for path, size_bytes in pictures.items() if size_bytes > 300_000} == set()


def test_the_citation_is_of_this_version() -> None:
    """Whoever cites the program cites what they used."""
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))

    assert citation["version"] == sitegen.__version__
    assert citation["license"] == "BSD-3-Clause"


@pytest.mark.parametrize("path", sorted((REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=name_of)
def test_an_issue_template_can_be_filled_in(path: Path) -> None:
    """GitHub ignores a form without name, description or body, or with two fields of one id."""
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    ids = [field["id"] for field in form["body"]]

    assert {"name", "description", "body"} <= form.keys()
    assert len(set(ids)) == len(ids)
    assert all(field["attributes"]["label"] for field in form["body"])
