"""Licenses, organisms and imaging methods that lists spell in many ways become one value of the record."""

from __future__ import annotations

from typing import Any

import pytest
from listings import read_one

from sitegen.catalog.records import make_record
from sitegen.catalog.titles import make_titles
from sitegen.model import Findings, Record

CC = "https://creativecommons.org/"


def record_of(column: str, cell: str) -> Record:
    """Return the record of a dataset that a list with this cell names."""
    quoted = cell.replace('"', '""')
    (entry,) = read_one(f'url,{column}\nhttps://h/a.zarr,"{quoted}"\n').entries
    return make_record(entry, Findings(status="ok"), title="a.zarr")


def codes(record: Record) -> list[str]:
    """Return the codes of a record's problems."""
    return [problem.code for problem in record.found.problems]


@pytest.mark.parametrize(
    ("cell", "spdx", "address"),
    [
        ("CC-BY-4.0", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("cc by 4.0", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/", "CC-BY-NC-SA-3.0", f"{CC}licenses/by-nc-sa/3.0/"),
        ("https://spdx.org/licenses/CC-BY-SA-4.0.html", "CC-BY-SA-4.0", f"{CC}licenses/by-sa/4.0/"),
        ("CC BY-NC", None, f"{CC}licenses/by-nc/"),
        ("CC0", "CC0-1.0", f"{CC}publicdomain/zero/1.0/"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0", f"{CC}publicdomain/zero/1.0/"),
        ("mit license", "MIT", "https://opensource.org/license/mit"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
        ("https://example.org/terms", None, "https://example.org/terms"),
        ("all rights reserved", None, None),
        ("CC BY 4", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("CC-BY-NC-SA-3", "CC-BY-NC-SA-3.0", f"{CC}licenses/by-nc-sa/3.0/"),
        ("CC BY 5", None, None),
        ("CC\u2011BY\u20114.0\u200b", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("License: CC BY 4.0.", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("//creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        ("https://identifiers.org/spdx/CC-BY-4.0", "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
        (
            "Creative Commons Attribution-ShareAlike 4.0 International Public License",
            "CC-BY-SA-4.0",
            f"{CC}licenses/by-sa/4.0/",
        ),
        (
            "This work is licensed under a Creative Commons Attribution 4.0 International License.",
            "CC-BY-4.0",
            f"{CC}licenses/by/4.0/",
        ),
        ("Not licensed under CC BY 4.0", None, None),
        (f"{CC}licenses/by/4.0/ or {CC}licenses/by-nc/4.0/", None, None),
        (f"{CC}publicdomain/zero/1.0/ and {CC}licenses/by/4.0/", None, None),
        (f'<a href="{CC}licenses/by/4.0/">{CC}licenses/by/4.0/deed.de</a>', "CC-BY-4.0", f"{CC}licenses/by/4.0/"),
    ],
)
def test_a_license_is_recognized_and_never_guessed(cell: str, spdx: str | None, address: str | None) -> None:
    """What is not recognized has no identifier; an address is kept as written."""
    license_ = record_of("license", cell).license

    assert license_
    assert (license_.id, license_.url) == (spdx, address)


@pytest.mark.parametrize("column", ["organismId", "ORGANISMID", " organismid "])
@pytest.mark.parametrize(
    "cell",
    [
        "NCBI:txid9606",
        "ncbi:txid9606",
        "NCBITaxon:9606",
        "NCBITaxon_9606",
        "obo:NCBITaxon_9606",
        "http://purl.obolibrary.org/obo/NCBITaxon_9606",
        "https://purl.obolibrary.org/obo/NCBITaxon_9606",
        " NCBI:txid9606 ",
    ],
)
def test_every_spelling_of_an_organism_is_one_term(column: str, cell: str) -> None:
    """The term has its label and no problem, whatever the case of the column is."""
    record = record_of(column, cell)

    assert record.organism
    assert (record.organism.id, record.organism.label) == ("NCBITaxon:9606", "Homo sapiens")
    assert codes(record) == []


@pytest.mark.parametrize(
    ("cell", "curie"),
    [
        ("obo:FBbi_00000246", "FBbi:00000246"),
        ("obo:FBbi:00000246", "FBbi:00000246"),
        ("FBbi:00000246", "FBbi:00000246"),
        ("fbbi_00000246", "FBbi:00000246"),
        ("obo:OBI_0000185", "OBI:0000185"),
        ("http://purl.obolibrary.org/obo/MI_0025", "MI:0025"),
        ("NCIT:C17995", "NCIT:C17995"),
        ("EFO_0000001", "EFO:0000001"),
        ("chmo:0000087", "CHMO:0000087"),
    ],
)
def test_every_spelling_of_an_imaging_method_is_one_term(cell: str, curie: str) -> None:
    """The prefixes of six ontologies are known, in any case."""
    record = record_of("fbbiId", cell)

    assert record.modality
    assert record.modality.id == curie
    assert "term-unknown" not in codes(record)


@pytest.mark.parametrize("cell", ["human", "9606", "GO:0005634", "NCBITaxon:human", "<b>x</b>"])
@pytest.mark.parametrize("column", ["organismId", "fbbiId"])
def test_what_is_no_term_is_kept_with_a_warning(column: str, cell: str) -> None:
    """The page shows what the list says, and the problem names the column."""
    record = record_of(column, cell)
    term = record.organism if column == "organismId" else record.modality

    assert term
    assert (term.id, term.label) == (cell, None)
    assert [(each.code, each.level, each.where) for each in record.found.problems] == [
        ("term-unknown", "warning", column)
    ]


@pytest.mark.parametrize(
    ("tails", "titles"),
    [
        (["a/x.zarr", "b/y.zarr"], ["x.zarr", "y.zarr"]),
        (["a/x.zarr", "b/x.zarr"], ["a/x.zarr", "b/x.zarr"]),
        (["a/1/x.zarr", "b/1/x.zarr", "c/y.zarr"], ["a/1/x.zarr", "b/1/x.zarr", "y.zarr"]),
        (["a%20b.zarr"], ["a b.zarr"]),
        (["x", "a/x"], ["h/x", "a/x"]),
    ],
)
def test_a_title_is_the_shortest_tail_of_its_own(tails: list[str], titles: list[str]) -> None:
    """It is decoded, and takes only as many segments as tell it from its neighbors."""
    assert make_titles([f"https://h/{tail}" for tail in tails]) == titles


@pytest.mark.parametrize(
    "other",
    [
        "https://h/a%20b.zarr",
        "https://h/a b.zarr/",
        "HTTPS://H/a b.zarr",
        "https://h:443/a b.zarr",
        "\u200bhttps://h/a b.zarr\ufeff",
        " https://h/a b.zarr ",
    ],
)
def test_two_spellings_of_an_address_are_one_dataset(other: str) -> None:
    """It remembers both lines, and the first cell that is not empty wins."""
    (entry,) = read_one(f"url,name,origin\nhttps://h/a b.zarr,,here\n{other},Cells,there\n").entries

    assert entry.url == "https://h/a%20b.zarr"
    assert [place.line for place in entry.places] == [2, 3]
    assert (entry.name, entry.origin) == ("Cells", "here")


@pytest.mark.parametrize(
    ("column", "cell", "stated"),
    [
        ("shape", "1,2,512,512", {"shape": (1, 2, 512, 512)}),
        ("shape", "(512, 512)", {"shape": (512, 512)}),
        ("chunks", "[64,64]", {"chunks": (64, 64)}),
        ("dimension_names", "c, y, x", {"dimension_names": ("c", "y", "x")}),
        ("written", "417816396.00000006", {"stored_bytes": 417816396}),
        ("written", "1e9", {"stored_bytes": 1_000_000_000}),
        ("written_human_readable", "1 GB", {"extra": {}}),
        ("series0", "./A//1/", {"series0": "A/1"}),
        ("wells", "96", {"wells": 96}),
        ("Microscope", "SP8", {"extra": {"Microscope": "SP8"}}),
        ("name", "Dataset Name", {"name": None}),
    ],
)
def test_a_cell_becomes_a_typed_value(column: str, cell: str, stated: dict[str, Any]) -> None:
    """In every spelling that real lists use."""
    (entry,) = read_one(f'url;{column}\nhttps://h/a.zarr;"{cell}"\n').entries

    assert {name: getattr(entry, name) for name in stated} == stated
