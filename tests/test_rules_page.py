"""The rules page: every code is explained there, once, at an address that others can link to."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

from catalogs import change, every_kind, make_catalog, make_image, make_plate
from reference_tables import known_codes
from validation.cases import CASES

from sitegen.model import Catalog, Problem
from sitegen.outputs.table import site_files
from sitegen.site.rules_page import RULES_PATH, make_rules_page, versions_in_words
from sitegen.site.structured import page_path
from sitegen.validate.examples import rule_examples
from sitegen.validate.rules import SECTIONS

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
from rule_examples import TARGET, render


def page(path: str) -> str:
    """Return a page of a small site."""
    return next(each.content.decode() for each in site_files(every_kind()) if each.path == path)


def rules_page_of(catalog: Catalog) -> str:
    """Return the rules page of a site."""
    return next(each.content.decode() for each in site_files(catalog) if each.path == RULES_PATH)


def test_the_page_has_the_codes_of_the_tables() -> None:
    """Both ways: no code without its place, no place without a code."""
    places = re.findall(r'<li class="rule [^"]*" id="([a-z0-9-]+)"', page(RULES_PATH))

    assert sorted(places) == sorted(known_codes())


def test_what_occurs_in_the_catalog_stands_first() -> None:
    """With a count that leads to the datasets, also beside the explanation; to the health page for those of lists."""
    wrong = Problem(code="scale-count", level="error", message="there should be one scale; found 2")
    made = rules_page_of(make_catalog(make_image(problems=(wrong, wrong)), make_image("b")))
    first = made[made.index("What occurs in this catalog") : made.index('class="list"')]

    assert re.findall(r'#([a-z-]+)"><code>', first) == ["scale-count", "row-long"]
    assert made.count('href="../index.html?q=rule%3Ascale-count">1 dataset</a>') == 2
    assert 'href="../report/index.html#rule-row-long">1 line</a>' in first


def test_nothing_occurs_where_nothing_is_wrong() -> None:
    """Then the page begins with its sections."""
    catalog = replace(make_catalog(change(make_image(), problems=())), list_problems=())

    assert "What occurs in this catalog" not in rules_page_of(catalog)


def test_examples_are_those_of_the_cases() -> None:
    """Each rule of a document has the smallest mistake that breaks it, and what is reported of it."""
    assert TARGET.read_text(encoding="utf-8") == render(), "run python tools/rule_examples.py"
    assert set(rule_examples()) == {case.code for case in CASES}
    assert "there should be one scale" in page(RULES_PATH)


def test_no_two_places_have_one_name() -> None:
    """A link leads to one place; a code never has the name of a section."""
    names = re.findall(r' id="([^"]+)"', page(RULES_PATH))

    assert len(names) == len(set(names))


def test_every_meaning_is_explained() -> None:
    """Meaning or hint, a level, and for a rule of OME-Zarr its versions, source and clause."""
    sections = {section.anchor.removeprefix("section-"): section for section in make_rules_page()}
    meanings = [
        (name, meaning) for name, section in sections.items() for code in section.codes for meaning in code.meanings
    ]

    assert [meaning for _, meaning in meanings if not ((meaning.text or meaning.hint) and meaning.levels)] == []
    assert [
        meaning
        for name, meaning in meanings
        if name in SECTIONS
        and not (meaning.text and meaning.hint and meaning.versions and meaning.source and meaning.clauses)
    ] == []


def test_meanings_of_several_versions_are_together() -> None:
    """What a code means in each version, with the levels and the clause of that version."""
    codes = {each.code: each for section in make_rules_page() for each in section.codes}
    axes = codes["axes-missing"].meanings

    assert [meaning.versions for meaning in axes] == ["0.3–0.5", "0.6"]
    assert axes[1].clauses[0][0].address == "https://ngff.openmicroscopy.org/dev/#axes-md"
    assert versions_in_words(["0.6", "0.1", "0.2"]) == "0.1–0.2, 0.6"


def test_problems_lead_to_their_rule() -> None:
    """From the health page and from a dataset's page, one click."""
    record = make_plate()
    made = {
        each.path: each.content.decode() for each in site_files(make_catalog(record)) if each.path.endswith(".html")
    }

    assert 'href="../rules/index.html"' in made["report/index.html"]
    for code in {problem.code for problem in record.found.problems}:
        assert f'href="../rules/index.html#{code}"' in made["report/index.html"]
        assert f'href="../../rules/index.html#{code}"' in made[page_path(record)]
