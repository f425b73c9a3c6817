"""Citations as parsers of others read them: pybtex, rispy, citeproc-py, and JSON Schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import rispy
from catalogs import SCRIPT, change, hostile, make_catalog, make_failed, make_image
from citeproc import Citation as CslCitation
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import Entry as BibEntry
from pybtex.database import parse_string
from pybtex.richtext import Text

from sitegen.creators import read_creators
from sitegen.model import Record
from sitegen.site.citation import Citation, cite

CREATORS = read_creators("Lovelace, Ada (0000-0002-1825-0097); Müller-Lüdenscheidt, Łukasz; The Embryo & Tissue Group")
STATED: dict[str, Any] = {
    "creators": CREATORS,
    "publisher": "BioImage Archive",
    "published": "2024-05-31",
    "data_version": "2.1",
    "doi": "10.5281/zenodo.1234567",
}
TITLES = {
    "plain": "Embryo at 24 h",
    "an open brace": "open { brace",
    "a closing brace": "close } brace }}",
    "backslashes": "C:\\data\\ \\",
    "beyond ASCII": "Grünau – 細胞 ‘β’ 🔬",
    "percent and at": "50 % @article{evil, title = {x}} @comment",
    "line breaks": "one\ntwo\r\nER  - \nTY  - JOUR\n@misc{x,\n}",
    "quotes": "\"quoted\" 'single' `back`",
    "signs of TeX": "a_b ~ x^2 $y$ #1 & co",
    "control characters": "a\x00b\x1bc\u202ed",
    "markup": SCRIPT,
    "100,000 characters": "word " * 20_000,
    "100,000 letters": "x" * 100_000,
}
STRING = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": {"family": STRING, "given": STRING, "literal": STRING},
    "oneOf": [{"required": ["family", "given"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
PARTS = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": 3}
DATE = {
    "type": "object",
    "properties": {"date-parts": {"type": "array", "items": PARTS, "minItems": 1, "maxItems": 1}},
    "required": ["date-parts"],
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("id", "title", "version", "genre", "publisher", "DOI", "URL", "source", "note"), STRING),
        "type": {"const": "dataset"},
        "author": {"type": "array", "items": NAME, "minItems": 1},
        "issued": DATE,
        "accessed": DATE,
    },
    "required": ["id", "type", "title"],
    "additionalProperties": False,
}
CSL = {"type": "array", "items": ITEM, "minItems": 1, "maxItems": 1}
"""The variables of Citation Style Language 1.0.2 that citations use, and their types."""


def citation(**changes: Any) -> Citation:
    """Return the citation of an image on a page of its own."""
    record = make_image(**changes)
    return cite(record, make_catalog(record))


def read_bibtex(text: str) -> BibEntry:
    """Return the only entry."""
    (entry,) = parse_string(text, "bibtex").entries.values()
    return entry


def read_ris(text: str) -> dict[str, Any]:
    """Return the only reference."""
    (reference,) = rispy.loads(text)
    return dict(reference)


def read_csl(text: str) -> dict[str, Any]:
    """Return the only item, which is as CSL says."""
    items = json.loads(text)
    jsonschema.validate(items, CSL)
    return dict(items[0])


def typeset(text: str) -> str:
    """Return how citeproc typesets the only item in the Harvard style."""
    source = CiteProcJSON(json.loads(text))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(CslCitation([CitationItem(json.loads(text)[0]["id"])]))
    return str(bibliography.bibliography()[0])


def test_bibtex_has_everything_that_is_stated() -> None:
    """Names are split where their authors split them, and kept whole elsewhere."""
    entry = read_bibtex(citation(title="Embryo", **STATED).bibtex)

    people = entry.persons["author"]
    assert [str(each) for each in people] == [
        "Lovelace, Ada",
        "Müller-Lüdenscheidt, Łukasz",
        r"{The Embryo \& Tissue Group}",
    ]
    assert (people[0].last_names, people[0].first_names) == (["Lovelace"], ["Ada"])
    fields = dict(entry.fields)
    assert (fields["year"], fields["version"], fields["doi"]) == ("2024", "2.1", "10.5281/zenodo.1234567")
    assert (fields["publisher"], fields["url"]) == ("BioImage Archive", "https://doi.org/10.5281/zenodo.1234567")
    assert fields["urldate"] == "2026-11-20"
    assert "CC-BY-4.0" in fields["note"]
    assert "Open microscopy" in fields["note"]


def test_ris_has_everything_that_is_stated() -> None:
    """As a reference manager imports it."""
    found = read_ris(citation(title="Embryo", **STATED).ris)

    assert found["authors"] == ["Lovelace, Ada", "Müller-Lüdenscheidt, Łukasz", "The Embryo & Tissue Group"]
    assert (found["type_of_reference"], found["year"], found["date"]) == ("DATA", "2024", "2024/05/31")
    assert (found["title"], found["edition"], found["publisher"]) == ("Embryo", "2.1", "BioImage Archive")
    assert (found["doi"], found["urls"]) == ("10.5281/zenodo.1234567", ["https://doi.org/10.5281/zenodo.1234567"])
    assert found["name_of_database"] == "Open microscopy"
    assert "CC-BY-4.0" in str(found["notes"])


def test_csl_has_everything_that_is_stated() -> None:
    """citeproc typesets it as any other dataset."""
    csl = citation(title="Embryo", **STATED).csl
    item = read_csl(csl)

    assert item["author"] == [
        {"family": "Lovelace", "given": "Ada"},
        {"family": "Müller-Lüdenscheidt", "given": "Łukasz"},
        {"literal": "The Embryo & Tissue Group"},
    ]
    assert (item["issued"], item["accessed"]) == ({"date-parts": [[2024, 5, 31]]}, {"date-parts": [[2026, 11, 20]]})
    assert (item["DOI"], item["version"]) == ("10.5281/zenodo.1234567", "2.1")
    words = "Lovelace, A., Müller-Lüdenscheidt, Ł. and The Embryo & Tissue Group (2024) “Embryo”. BioImage Archive."
    assert typeset(csl).startswith(words)


def test_the_text_has_everything_that_is_stated() -> None:
    """A version takes the place of the day of which the data are cited."""
    assert citation(title="Embryo", **STATED).text == (
        "Lovelace, Ada; Müller-Lüdenscheidt, Łukasz; The Embryo & Tissue Group (2024). "
        "Embryo, version 2.1 [OME-Zarr data set]. BioImage Archive. https://doi.org/10.5281/zenodo.1234567. "
        f"Listed in Open microscopy: https://catalog.example.org/sub/datasets/{make_image().id}/index.html. "
        "Data: https://data.example.org/images/cells.ome.zarr. License: CC-BY-4.0"
    )


def test_what_is_not_stated_is_not_said() -> None:
    """No author, year, version, license or publisher is made up; the day of which it is cited is known."""
    cited = citation(title="Embryo", source=None, license=None)
    entry, reference, item = read_bibtex(cited.bibtex), read_ris(cited.ris), read_csl(cited.csl)

    assert not entry.persons
    assert not {"year", "version", "publisher", "doi"} & set(entry.fields)
    assert not {"authors", "year", "date", "edition", "publisher", "doi"} & set(reference)
    assert not {"author", "issued", "version", "publisher", "DOI"} & set(item)
    assert cited.text.startswith("Embryo [OME-Zarr data set]. https://catalog.example.org/sub/datasets/")
    assert cited.text.endswith("As of 20 Nov 2026")
    for text in (cited.text, cited.bibtex, cited.ris, cited.csl):
        assert "None" not in text
        assert "License" not in text


def test_what_could_not_be_read_was_read_on_no_day() -> None:
    """The day on which a host answered "not found" is not a day of reading."""
    record = change(make_failed("missing", "lost"), checked_at="2026-11-20T03:12:09Z")
    cited = cite(record, make_catalog(record))

    assert "As of" not in cited.text
    assert "urldate" not in read_bibtex(cited.bibtex).fields
    assert "accessed" not in read_csl(cited.csl)


@pytest.mark.parametrize("published", ["2024", "2024-05", "2024-05-31"])
def test_a_date_is_as_exact_as_it_is_stated(published: str) -> None:
    """A year alone is not the first of January."""
    cited = citation(published=published)

    assert read_csl(cited.csl)["issued"] == {"date-parts": [[int(part) for part in published.split("-")]]}
    assert read_ris(cited.ris)["date"] == published.replace("-", "/")
    assert read_bibtex(cited.bibtex).fields["year"] == "2024"
    assert "(2024)" in cited.text


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_any_text_stays_inside_its_field(title: str) -> None:
    """In title, names, publisher and version alike; each format has one entry, of a bounded length."""
    names = read_creators(title.replace(";", "").replace(",", "")[:250].strip() or "x")
    cited = citation(title=title, creators=names, publisher=title, data_version=title, published="2024")
    entry, reference, item = read_bibtex(cited.bibtex), read_ris(cited.ris), read_csl(cited.csl)

    assert (entry.type, entry.fields["year"], len(entry.persons["author"])) == ("misc", "2024", 1)
    assert (reference["year"], len(reference["authors"])) == ("2024", 1)
    assert item["title"][:20] == reference["title"][:20]
    assert "2024" in typeset(cited.csl)
    assert all(len(text) < 4000 for text in (cited.text, cited.bibtex, cited.ris, cited.csl))
    assert "\n" not in cited.text


def test_titles_come_back_as_they_were() -> None:
    """pybtex decodes what was escaped; it knows no braces and no powers."""
    title = r"50 % of cells & C:\data_1 #2 ~ – Größe"
    entry = read_bibtex(citation(title=title).bibtex)

    assert Text.from_latex(entry.fields["title"]).render_as("text") == title
    assert read_ris(citation(title=title).ris)["title"] == title
    assert read_csl(citation(title=title).csl)["title"] == title


def test_names_hold_no_further_names() -> None:
    """An organization with "and" in its name is one author, and so is a family name with it."""
    creators = read_creators("Institute of Cells and Tissue; Smith and Sons, John")
    entry = read_bibtex(citation(creators=creators).bibtex)

    assert [str(each) for each in entry.persons["author"]] == [
        "{Institute of Cells and Tissue}",
        "{Smith and Sons}, John",
    ]


def test_long_lists_of_authors_are_cut_in_the_text_alone() -> None:
    """Programs get all of them."""
    cited = citation(creators=read_creators("; ".join(f"Name{number}, A." for number in range(60))))

    assert cited.text.startswith("Name0, A.; ")
    assert "Name19, A.; et al. " in f"{cited.text} "
    assert len(read_bibtex(cited.bibtex).persons["author"]) == 60
    assert len(read_ris(cited.ris)["authors"]) == len(read_csl(cited.csl)["author"]) == 60


@pytest.mark.parametrize("record", hostile().records, ids=lambda record: record.id)
def test_hostile_data_can_be_cited(record: Record) -> None:
    """Every format can be read."""
    cited = cite(record, hostile())

    assert read_bibtex(cited.bibtex).type == "misc"
    assert read_ris(cited.ris)["type_of_reference"] == "DATA"
    assert typeset(cited.csl)
    assert read_csl(cited.csl)["type"] == "dataset"


def test_publications_to_cite_as_well_are_named() -> None:
    """They are the record's."""
    assert citation(citations=("Lovelace 1843. https://doi.org/10.1000/1",)).also == (
        "Lovelace 1843. https://doi.org/10.1000/1",
    )
