"""The README says what the code does: its tables are the code's, its examples run, its words name what exists."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest
from readme import (
    BLOCKS,
    KEBAB,
    PACKAGE,
    README,
    block,
    commands,
    known_codes,
    said_codes,
    said_levels,
    written,
)

from sitegen import urls
from sitegen.cli import make_parser
from sitegen.config.settings import keys, read_config
from sitegen.demo import FOLDERS
from sitegen.inspection.problems import VISIT_PROBLEMS
from sitegen.lists.columns import KNOWN_COLUMNS
from sitegen.site.fields import FIELDS
from sitegen.site.viewers import VIEWERS

TEXT = README.read_text(encoding="utf-8")
FENCED = re.findall(r"^```(\w*)\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
BY_HAND = re.sub(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", "", TEXT, flags=re.DOTALL)
PROSE = re.sub(r"^```.*?^```", "", BY_HAND, flags=re.MULTILINE | re.DOTALL)
SPANS = sorted(set(re.findall(r"`([^`\n]+)`", PROSE)))
"""What stands as code in the words between the tables."""

MODULES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if not {"validate", "demo"} & {*path.relative_to(PACKAGE).parts}
]
"""Where codes are said; `validate` makes many of its from parts, and reports none that is not in its table."""
OTHERS_OPTIONS = {"--write", "--group", "--port", "--latency-ms", "--host-down"}
NOT_CODES = {"apt-get", "ngff-sitegen"}


def commands_shown() -> list[str]:
    """Return the commands of sitegen in the README's blocks and words."""
    lines = [
        part for language, code in FENCED if not language for line in code.splitlines() for part in line.split("&&")
    ]
    found = [re.sub(r"^(\.venv/bin/|python )", "", part.strip()) for part in (*lines, *SPANS)]
    return [part for part in found if part.startswith(("sitegen ", "build.py ")) and "…" not in part]


def test_the_tables_are_the_codes() -> None:
    """`python tests/readme.py --write` would change nothing; if it does, run it, and read what changed."""
    assert written(TEXT) == TEXT


def test_every_option_is_explained() -> None:
    """An option without help, or outside the README, is one that nobody finds."""
    actions = [(name, action) for name, parser in commands().items() for action in parser._actions]
    options = {(name, option) for name, action in actions for option in action.option_strings if action.dest != "help"}

    assert [action.dest for _, action in actions if not action.help] == []
    assert {pair for pair in options if not re.search(rf"`{pair[0]}` \| `[^`]*{pair[1]}\b", TEXT)} == set()


def test_every_key_column_field_and_viewer_is_there() -> None:
    """What the tables of the code hold, a reader finds by its name."""
    names = {
        "configuration": [key.name for key in keys()],
        "columns": list(KNOWN_COLUMNS),
        "fields": [field.key for field in FIELDS],
    }

    assert [each for name in names for each in names[name] if f"`{each}`" not in block(name, TEXT)] == []
    assert [viewer.name for viewer in VIEWERS if f"| {viewer.name} |" not in block("viewers", TEXT)] == []


def test_every_problem_code_is_there() -> None:
    """A code that someone meets in a report is explained."""
    explained = set(re.findall(r"^\| `([a-z0-9-]+)` \|", block("problems", TEXT), flags=re.MULTILINE))

    assert explained == known_codes()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_says_no_code_without_a_meaning(path: Path) -> None:
    """A new code gets a row: in the table of its part of the program, else in `sitegen/crawl/problems.py`."""
    assert set(said_codes(path)) - known_codes() == set()


def test_a_code_has_the_level_that_is_said_of_it() -> None:
    """A warning in the README is no error in a report."""
    said = {pair for path in MODULES for pair in said_levels(path) if pair[0] in VISIT_PROBLEMS}

    assert {(code, level) for code, level in said if VISIT_PROBLEMS[code][0] != level} == set()


def test_no_code_without_a_table_is_explained_in_vain() -> None:
    """A row whose code is said nowhere is taken out, or its code was misspelt."""
    said = {code for path in PACKAGE.rglob("*.py") for code in said_codes(path)}

    assert set(VISIT_PROBLEMS) - said == set()


def test_what_the_words_name_exists() -> None:
    """Options, keys and codes that the words mention are the program's own."""
    options = {
        option for parser in commands().values() for action in parser._actions for option in action.option_strings
    }
    tables = {key.name.partition(".")[0] for key in keys() if "." in key.name}
    dotted = {span for span in SPANS if re.fullmatch(r"[a-z]+\.[a-z_]+", span) and span.split(".")[0] in tables}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PROSE))

    assert named - options - OTHERS_OPTIONS == set()
    assert dotted - {key.name for key in keys()} == set()
    assert {span for span in SPANS if KEBAB.fullmatch(span)} - known_codes() - NOT_CODES == set()


@pytest.mark.parametrize("command", commands_shown())
def test_a_command_that_is_shown_is_one(command: str) -> None:
    """Whoever copies a line is not told that it is wrong."""
    words = shlex.split(command.replace("build.py", "sitegen build").removeprefix("sitegen"))

    assert isinstance(make_parser().parse_args(words), argparse.Namespace)


@pytest.mark.parametrize("example", [code for language, code in FENCED if language == "toml"])
def test_an_example_of_a_configuration_is_read(example: str, tmp_path: Path) -> None:
    """Whoever copies it, and the list before it, has a catalog."""
    rows = next(code for _, code in FENCED if code.startswith("url,"))
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "ours.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "sitegen.toml").write_text(example, encoding="utf-8")

    config = read_config(tmp_path / "sitegen.toml")

    assert [Path(urls.to_path(csv)).name for csv in config.csv] == ["ours.csv"]


def test_files_that_are_named_exist() -> None:
    """A path in the words leads to a file of the repository."""
    paths = {span for span in SPANS if re.fullmatch(r"[\w.]+(/[\w.]+)+", span) and not span.startswith("lists/")}
    named = {path for path in paths if path.split("/")[0] in {"sitegen", "tests", ".github", "templates", "assets"}}

    assert {path for path in named if not (README.parent / path).exists()} == set()


def test_the_demo_is_as_large_as_it_is_said_to_be() -> None:
    """A newcomer who counts finds what was promised."""
    assert f"{len(FOLDERS)} invented institutions" in PROSE


def test_every_block_is_one_of_the_tables() -> None:
    """No block of the README is left that nothing writes."""
    assert set(re.findall(r"<!-- /(\w+) -->", TEXT)) == set(BLOCKS)
