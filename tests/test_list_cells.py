"""What the cells of known columns mean, and which row's cell a dataset gets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from listings import codes_and_lines, only, read, read_one

from sitegen.lists.columns import KNOWN_COLUMNS
from sitegen.model import Creator

ADA = Creator(name="Ada Lovelace", family="Lovelace", given="Ada", kind="person")
ORCID, TEN = "0000-0002-1825-0097", "0000-0002-1694-233X"


def value(column: str, cell: str) -> object:
    """Return what a dataset's entry has from one quoted cell."""
    fields = {"written": "stored_bytes", "organismId": "organism_id", "fbbiId": "fbbi_id", "creator": "creators"}
    listing = read_one(f'url,{column}\nhttps://h/a.zarr,"{cell}"')
    assert listing.problems == ()
    return getattr(only(listing), fields.get(column, column))


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("shape", "1,2,512,512", (1, 2, 512, 512)),
        ("shape", " (1, 2 , 512) ", (1, 2, 512)),
        ("shape", "[512]", (512,)),
        ("chunks", "1,64,64", (1, 64, 64)),
        ("shards", "1,512,512", (1, 512, 512)),
        ("dimension_names", "c,y,x", ("c", "y", "x")),
        ("dimension_names", "[c, y, x]", ("c", "y", "x")),
        ("written", "417816396.00000006", 417_816_396),
        ("written", "1e9", 1_000_000_000),
        ("written", "9007199254740993", 9_007_199_254_740_993),  # above what a float holds
        ("written", "0", None),
        ("images", "96", 96),
        ("wells", "0", 0),
        ("series0", "0", "0"),
        ("series0", "./setup0//timepoint0/", "setup0/timepoint0"),
        ("organismId", " NCBI:txid9606 ", "NCBI:txid9606"),
        ("license", "", None),
        ("creator", "Lovelace, Ada", (ADA,)),
        ("creator", " Lovelace , Ada; ;Lovelace, Ada ", (ADA,)),
        ("creator", "Example Institute", (Creator(name="Example Institute"),)),
        *(
            ("creator", name, (Creator(name=name),))
            for name in ("Institute of Cells, Organs and Tissues", "Example Instruments, Inc.", "Smith, Jr., Bob")
        ),
        ("creator", "Lovelace, Ada (0000-0002-1825-0097)", (replace(ADA, orcid=ORCID),)),
        ("creator", "Lovelace, Ada https://orcid.org/0000-0002-1825-0097", (replace(ADA, orcid=ORCID),)),
        (
            "creator",
            "Ada <orcid:0000-0002-1694-233x>; B",
            (Creator(name="Ada", kind="person", orcid=TEN), Creator(name="B")),
        ),
    ],
)
def test_a_cell_becomes_the_value_of_its_column(column: str, cell: str, expected: object) -> None:
    """In every form that the lists of the challenge write."""
    assert value(column, cell) == expected


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("creator", "Lovelace, Ada (0000-0002-1825-0098)"),
        ("creator", "0000-0002-1825-0097"),
        ("creator", "; ".join(["A"] + [f"B{number}" for number in range(200)])),
        ("creator", "x" * 301),
        ("creator", "12"),
        ("shape", "0,512"),
        ("shape", "512,,512"),
        ("shape", "-1,512"),
        ("shape", "1.5,512"),
        ("shape", ",".join(["2"] * 33)),
        ("dimension_names", "c,,x"),
        ("images", "-1"),
        ("images", "1.0"),
        ("wells", "many"),
        ("written", "1 GB"),
        ("written", "9223372036854775808"),
        ("series0", "/"),
        ("series0", "0/../.."),
        ("series0", "https://h/0"),
    ],
)
def test_a_cell_that_its_column_cannot_take_counts_as_empty(column: str, cell: str) -> None:
    """The row stays, and the problem says which column it is."""
    listing = read_one(f'url,name,{column}\nhttps://h/a.zarr,kept,"{cell}"')

    assert codes_and_lines(listing) == [("cell-bad", 2)]
    assert column in listing.problems[0].problem.message
    assert only(listing).name == "kept"
    assert only(listing).extra == {}


def test_the_readable_size_is_ignored() -> None:
    """It repeats `written`, rounded."""
    entry = only(read_one("url,written_human_readable\nhttps://h/a.zarr,1.4 GB"))

    assert (entry.stored_bytes, entry.extra) == (None, {})


@pytest.mark.parametrize("header", sorted(KNOWN_COLUMNS))
def test_a_known_column_never_becomes_an_extra_one(header: str) -> None:
    """Whatever the case of its letters."""
    columns = dict.fromkeys(("url", header))
    cells = ["https://h/a.zarr" if name == "url" else "1" for name in columns]

    assert only(read_one(f"{','.join(columns).upper()}\n{','.join(cells)}")).extra == {}


@pytest.mark.parametrize(
    ("above", "middle", "own", "inherited"),
    [
        ("CC0", "", "", "CC0"),
        ("CC0", "MIT", "", "MIT"),
        ("CC0", "MIT", "CC-BY-4.0", "CC-BY-4.0"),
        ("", "MIT", "", "MIT"),
        ("", "", "", None),
        ("CC0", "  ", " ", "CC0"),
    ],
)
def test_the_nearest_filled_cell_counts(above: str, middle: str, own: str, inherited: str | None) -> None:
    """Through two lists; blanks are empty."""
    listing = read(
        {
            "a.csv": f"url,license\nb.csv,{above}",
            "b.csv": f"url,license\nc.csv,{middle}",
            "c.csv": f"url,license\nhttps://h/a.zarr,{own}",
        }
    )

    assert only(listing).license == inherited


def test_unknown_columns_pass_down_like_known_ones() -> None:
    """Each row may override them."""
    listing = read(
        {"a.csv": "url,tissue,dye\nb.csv,liver,DAPI", "b.csv": "url,tissue\nhttps://h/a.zarr,\nhttps://h/b.zarr,skin"}
    )

    assert [entry.extra for entry in listing.entries] == [
        {"tissue": "liver", "dye": "DAPI"},
        {"tissue": "skin", "dye": "DAPI"},
    ]


def test_rows_do_not_inherit_from_the_rows_beside_them() -> None:
    """Only from the rows that name their list."""
    listing = read({"a.csv": "url,source\nhttps://h/a.zarr,IDR\nb.csv,\n", "b.csv": "https://h/b.zarr"})

    assert [entry.source for entry in listing.entries] == ["IDR", None]


def test_a_dataset_that_two_rows_name_has_the_first_value_of_each_column() -> None:
    """A later row fills what the first left empty, and the repetition is noted at its line."""
    listing = read_one("url,name,license\nhttps://h/a.zarr,Liver,\nhttps://h/a.zarr/,Kidney,CC0")
    entry = only(listing)

    assert (entry.name, entry.license) == ("Liver", "CC0")
    assert [place.line for place in entry.places] == [2, 3]
    assert codes_and_lines(listing) == [("dataset-again", 3)]


@pytest.mark.parametrize("again", ["HTTPS://H/a%20b.zarr", "https://h:443/a b.zarr/", "https://h/a b.zarr/zarr.json"])
def test_spellings_of_one_address_are_one_dataset(again: str) -> None:
    """Host, port, blanks and the metadata document at the end make no difference."""
    listing = read_one(f"url\nhttps://h/a b.zarr\n{again}")

    assert only(listing).url == "https://h/a%20b.zarr"
    assert codes_and_lines(listing) == [("dataset-again", 3)]


def test_equal_cells_of_a_column_are_one_object() -> None:
    """Thousands of rows with one license and one shape do not need memory for each."""
    listing = read_one("url;license;shape\nhttps://h/a.zarr;CC-BY-4.0;1,2,3\nhttps://h/b.zarr;CC-BY-4.0;1,2,3")
    one, two = listing.entries

    assert (one.license, one.shape) == ("CC-BY-4.0", (1, 2, 3))
    assert one.license is two.license
    assert one.shape is two.shape
