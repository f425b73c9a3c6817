"""CODES: one row a code, every question answered; what the code says has a row, and every row is said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sitegen
from sitegen.config.keys import keys
from sitegen.model.codes import CODES, CodesError, ProblemCode, UnknownCodeError, make_problem, read_codes
from sitegen.validate.rules import RuleTable, read_rules

PACKAGE = Path(sitegen.__file__).parent
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "demo" not in path.relative_to(PACKAGE).parts]
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
NOT_PROBLEMS = frozenset({"_git", "encode", "decode", "get", "read_text", "reserve", "_reserve"})
"""Calls whose words look like codes, such as `utf-8` or `large-documents`."""
NOT_CODES = frozenset(
    {"image-label", "label-value", "map-axis", "project-axis", "ome-zarr-py", "biofile-finder", "date-time"}
)
"""Keys of metadata, names of formats, and beginnings of codes, that are handed to a call as a code would be."""

LIST_ROW = """[lists]
list-odd  ------ -  W  A list is odd.
  > Make it even.
"""
RULE_ROW = """[rules]
axes-odd  ------ -  E 4+ ST axes  Axes are odd.
  > Add one.
"""


def one(text: str) -> ProblemCode:
    """Return the only row of a table."""
    (row,) = read_codes(text).values()
    return row


# -- the table --------------------------------------------------------------------------


def test_a_row_is_read() -> None:
    """Its level, its words, and its answers."""
    row = one(LIST_ROW.replace("------ -", "tbpmar crawl.per_host"))

    assert (row.code, row.level, row.status, row.of_list) == ("list-odd", "warning", None, True)
    assert (row.meaning, row.hint, row.list_hint) == ("A list is odd.", "Make it even.", "")
    assert all((row.transient, row.below_root, row.of_moment, row.absent, row.loses_rows))
    assert (row.of_picture, row.limited_by) == ("pixels", "crawl.per_host")


def test_a_row_of_noes_is_read() -> None:
    """A hyphen answers no."""
    row = one(LIST_ROW)

    assert not any((row.transient, row.below_root, row.of_moment, row.absent, row.loses_rows))
    assert (row.of_picture, row.limited_by) == ("", None)


def test_an_answer_of_a_host_has_a_status_and_may_have_a_hint_for_lists() -> None:
    """It is always an error."""
    row = one("[hosts]\nodd  --i--- -  missing  It is odd.\n  > Delete it.\n  > list: Delete its line.\n")

    assert (row.level, row.status, row.of_picture) == ("error", "missing", "image")
    assert (row.hint, row.list_hint) == ("Delete it.", "Delete its line.")


def test_a_rule_takes_over_what_its_next_form_does_not_say() -> None:
    """Other versions may have another level, source and section, and the same words."""
    row = one(RULE_ROW + "axes-odd  W 1-3 D ms\naxes-odd  N read  They are strange.\n  > Look at them.\n")
    first, second = row.rules

    assert (first.level, first.versions, first.source, first.section) == ("error", "4+", "ST", "axes")
    assert (second.level, second.versions, second.source, second.section) == ("warning", "1-3", "D", "ms")
    assert (second.meaning, second.hint) == ("Axes are odd.", "Add one.")
    assert (row.level, row.meaning, row.hint) == ("note", "They are strange.", "Look at them.")


def test_a_rule_names_versions() -> None:
    """Ranges, several of them, and all that follow."""
    texts = {"all": 6, "4": 1, "1-3": 3, "4+": 3, "1-3,5+": 5}
    found = {text: RuleTable(read_rules([one(RULE_ROW.replace("4+", text))]))[0].versions for text in texts}

    assert {text: len(versions) for text, versions in found.items()} == texts
    assert found["1-3,5+"] == ("0.1", "0.2", "0.3", "0.5", "0.6")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (LIST_ROW.replace("------ ", "----- "), "codes.txt:2: list-odd: expected 6 answers"),
        (LIST_ROW.replace("------ ", "x----- "), "expected 6 answers, each its letter or -, to: transient (t)"),
        (LIST_ROW.replace("------ - ", ""), "expected 6 answers"),
        (LIST_ROW.replace("------ -", "------ much"), "expected the setting that limits it"),
        (LIST_ROW.replace(" W ", " X "), "expected a level, E, W or N; found X"),
        (LIST_ROW.replace("  A list is odd.", ""), "lacks a meaning"),
        (LIST_ROW.replace("  > Make it even.\n", ""), "or a hint in a line below that begins with >"),
        (LIST_ROW + "  > Or odd again.\n", "two hints"),
        (LIST_ROW + LIST_ROW.partition("\n")[2], "codes.txt:4: list-odd has a row already"),
        (LIST_ROW + RULE_ROW + LIST_ROW, "codes.txt:8: list-odd has a row already"),
        (RULE_ROW + RULE_ROW.partition("\n")[2], "codes.txt:4: axes-odd has a row already"),
        (LIST_ROW.partition("\n")[2], "expected a part such as [lists] above list-odd"),
        (LIST_ROW.replace("[lists]", "[guests]"), "expected [lists], [hosts]"),
        (LIST_ROW.replace("list-odd", "List_Odd"), "expected a code of lower-case words"),
        (LIST_ROW.replace("[lists]", "[hosts]"), "expected a status, one of ok, stale, missing"),
        (RULE_ROW.replace(" E ", " E/X "), "expected a level"),
        (RULE_ROW.replace(" 4+ ", " four "), "expected versions such as all"),
        (RULE_ROW.replace(" ST ", " Q "), "expected a source, one of S, T, ST, X, D; found Q"),
        (RULE_ROW.replace("  Axes are odd.", ""), "lacks a meaning"),
        (RULE_ROW.replace("4+ ST axes", "read"), "axes-odd is in force in no version"),
        (RULE_ROW + "axes-odd  W 1-3 D ms  Other words.\n", "lacks a meaning, or a hint"),
    ],
)
def test_a_wrong_row_is_rejected(row: str, says: str) -> None:
    """With its line, what was expected, and what to do."""
    with pytest.raises(CodesError, match=re.escape(says)):
        read_codes(row)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (RULE_ROW.replace(" axes ", " axles "), "codes.txt:2: axes-odd: expected a section, one of store, img"),
        (RULE_ROW.replace(" 4+ ", " 9 "), "codes.txt:2: axes-odd: no version 0.9 of OME-Zarr is registered"),
        (RULE_ROW.replace(" 4+ ", " 1-9 "), "registered; add a new version to sitegen/ome/versions.py"),
        (RULE_ROW.replace(" 4+ ", " 4-1 "), "expected versions in ascending order, found 4-1"),
    ],
)
def test_a_rule_of_an_unknown_section_or_version_is_rejected(row: str, says: str) -> None:
    """When `sitegen.validate` is imported."""
    with pytest.raises(CodesError, match=re.escape(says)):
        list(read_rules(read_codes(row).values()))


def test_a_problem_has_the_level_and_the_hint_of_its_row() -> None:
    """Unless it is given others."""
    usual = make_problem("no-image", "A/1", "none")
    other = make_problem("no-image", hint="Look again.", level="note")

    assert (usual.level, usual.where, usual.message, usual.hint) == ("error", "A/1", "none", CODES["no-image"].hint)
    assert (other.level, other.hint) == ("note", "Look again.")


def test_a_problem_without_a_row_is_a_bug() -> None:
    """It fails at once, and says where a row is missing."""
    with pytest.raises(UnknownCodeError, match=r"'no-such-code' has no row; add one to sitegen/model/codes\.txt"):
        make_problem("no-such-code")


# -- what follows from the columns ------------------------------------------------------------


def test_the_columns_agree() -> None:
    """Silence is of the moment; only hosts are silent; only lists lose rows; a setting that is named exists."""
    rows = CODES.values()

    assert {row.code for row in rows if row.transient} == {row.code for row in rows if row.status == "unreachable"}
    assert all(row.of_moment for row in rows if row.transient)
    assert all(row.of_list for row in rows if row.loses_rows)
    assert all(row.part == "hosts" for row in rows if row.list_hint)
    assert {row.limited_by for row in rows if row.limited_by} <= {key.name for key in keys()}


def test_words_are_sentences() -> None:
    """Meanings begin with a capital or a name, and all end with a full stop; hints do, or with an example."""
    words = [(row.code, text) for row in CODES.values() for text in (row.meaning, row.hint, row.list_hint) if text]
    words += [(rule.code, text) for row in CODES.values() for rule in row.rules for text in (rule.meaning, rule.hint)]

    assert {code for code, text in words if text[-1] not in '.)}…"'} == set()
    assert {code for code, text in words if not re.match(r"[A-Z`]|sitegen ", text)} == set()


# -- what the code says ---------------------------------------------------------------------


def said_codes(path: Path) -> Iterator[str]:
    """Yield the codes that a module says: after `code=`, or as an argument of a call: `fetch_error("gone", …)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == ["code"]:
            yield from _kebabs(node.value)
        if isinstance(node, ast.Call):
            if getattr(node.func, "attr", getattr(node.func, "id", "")) not in NOT_PROBLEMS:
                yield from (code for argument in node.args for code in _kebabs(argument))
            yield from (code for keyword in node.keywords if keyword.arg == "code" for code in _kebabs(keyword.value))


def _kebabs(node: ast.expr) -> Iterator[str]:
    values = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    texts = (value.value for value in values if isinstance(value, ast.Constant))
    return (text for text in texts if isinstance(text, str) and KEBAB.fullmatch(text) and text not in NOT_CODES)


def said_forms(path: Path) -> Iterator[str]:
    """Yield patterns of the texts in a module: of `"scale-zero"` itself, of `f"{what}-missing"` all that ends so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        if isinstance(node, ast.JoinedStr) and "validate" in path.parts:
            parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
            if any(part and part.strip("-") for part in parts):
                yield "".join("[a-z-]+" if part is None else re.escape(part) for part in parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_code_that_is_said_has_a_row(path: Path) -> None:
    """A new code gets a row in `sitegen/model/codes.txt`."""
    unknown = set(said_codes(path)) - CODES.keys()

    assert unknown == set(), f"{path.name}: add a row to sitegen/model/codes.txt, or correct the code"


def test_a_row_is_said_somewhere() -> None:
    """A row whose code nothing says is misspelled, or a promise that nobody keeps."""
    forms = {form for path in MODULES for form in said_forms(path) if len(form) < 60}
    said = re.compile("|".join(sorted(forms)))

    silent = {code for code in CODES if not said.fullmatch(code)}

    assert silent == set(), "nothing reports it: report it where it happens, or delete a row that is new"


def test_problems_are_made_by_the_table() -> None:
    """Only `make_problem` makes one, so that none has a code without a row, or another level by accident."""
    makers = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Problem"
    }

    assert makers == {"model/codes.py"}
