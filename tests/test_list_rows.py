"""The text of one list: headers, cells, encodings, limits, and the problems of each line."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings import ONE_LIST, codes_and_lines, dataset_urls, only, read, read_one

from sitegen.lists.csv_text import MAX_COLUMNS, MAX_LINES, MAX_REPAIRS
from sitegen.lists.fetching import ListLimits
from sitegen.lists.problems import MOST_OF_A_KIND


@pytest.mark.parametrize(("body", "found", "problems"), ONE_LIST.values(), ids=ONE_LIST.keys())
def test_a_list_gives_datasets_and_problems(
    body: str | bytes, found: list[str], problems: list[tuple[str, int]]
) -> None:
    """The problems have their lines."""
    listing = read_one(body)

    assert (dataset_urls(listing), codes_and_lines(listing)) == (found, problems)


def test_a_row_with_line_breaks_has_its_first_line() -> None:
    """A quoted cell may contain line breaks."""
    listing = read_one('url,description\nhttps://h/a.zarr,"one\ntwo, three"\n\nhttps://h/b.zarr,x')

    assert [entry.places[0].line for entry in listing.entries] == [2, 5]
    assert listing.entries[0].description == "one\ntwo, three"


def test_known_columns_are_found_in_any_case() -> None:
    """Unknown columns keep their spelling; one known column is ignored."""
    listing = read_one("URL,ORGANISMID,Tissue,written_human_readable,\nhttps://h/a.zarr,x,liver,1 GB,y")

    assert only(listing).organism_id == "x"
    assert only(listing).extra == {"Tissue": "liver", "column 5": "y"}


def test_rows_beyond_the_limit_are_not_read() -> None:
    """This is reported once."""
    listing = read({"a.csv": "".join(f"https://h/{n}\n" for n in range(9))}, limits=ListLimits(max_rows=5))

    assert (len(listing.entries), codes_and_lines(listing)) == (5, [("rows-too-many", 6)])


def test_lines_beyond_the_limit_are_not_read() -> None:
    """This is reported."""
    listing = read_one("https://h/a.zarr" + "\n" * (MAX_LINES + 1) + "https://h/b.zarr")

    assert (dataset_urls(listing), codes_and_lines(listing)) == (["a.zarr"], [("rows-too-many", MAX_LINES + 1)])


def test_problems_beyond_a_thousand_are_counted() -> None:
    """The limit is for each code and list."""
    listing = read_one("url,name\n" + ",x\n" * (MOST_OF_A_KIND + 7))

    assert len(listing.problems) == MOST_OF_A_KIND + 1
    assert listing.problems[-1].problem.message == "and 7 more lines with this problem"


def test_unclosed_quotation_marks_lose_no_rows() -> None:
    """After a number of them, quotation marks are read as text."""
    listing = read_one("url,name\n" + "".join(f'https://h/{n},"x","\n' for n in range(3_000)))

    assert len(listing.entries) == 3_000
    assert Counter(code for code, _ in codes_and_lines(listing))["quote-open"] == MAX_REPAIRS


def test_cells_become_typed_values() -> None:
    """The value is None if a cell is empty or invalid."""
    header = "url;written;shape;chunks;dimension_names;images;wells;series0"
    entry = only(read_one(f"{header}\nhttps://h/a.zarr;417816396.00000006;(1, 2,3);1,,2;c,y,x;384;96;/0/1/"))

    assert (entry.stored_bytes, entry.images, entry.wells) == (417816396, 384, 96)
    assert (entry.shape, entry.chunks, entry.shards) == ((1, 2, 3), None, None)
    assert (entry.dimension_names, entry.series0) == (("c", "y", "x"), "0/1")


def test_zero_stored_bytes_mean_unknown() -> None:
    """The value is None."""
    entry = only(read_one("url,written,images\nhttps://h/a.zarr,0,0"))

    assert (entry.stored_bytes, entry.images) == (None, 0)


def test_a_bad_cell_counts_as_empty() -> None:
    """A cell that its column cannot take states nothing, neither as a value nor as an unknown column; its row stays."""
    entry = only(read_one("url,written\nhttps://h/a.zarr,much"))

    assert (entry.stored_bytes, entry.extra) == (None, {})


def test_columns_beyond_the_limit_are_not_read() -> None:
    """The other cells of their rows are read, and the problem is reported."""
    listing = read_one("url," + ",".join(map(str, range(9_000))) + "\nhttps://h/a.zarr" + ",x" * 9_000)

    assert len(only(listing).extra) == MAX_COLUMNS - 1
    assert codes_and_lines(listing) == [("extra-cells", 2)]


LISTS_OF_JUNK = st.lists(
    st.sampled_from(["url", "https://h/a", ",", ";", "\t", '"', "\n", "\r", "\x00", "ü", " ", ".csv"])
)


@given(st.one_of(st.binary(), LISTS_OF_JUNK.map(lambda parts: "".join(parts).encode())))
def test_any_bytes_can_be_read(body: bytes) -> None:
    """They give rows, and problems whose lines exist, but never an exception."""
    listing = read_one(body)

    assert all(1 <= problem.place.line <= body.count(b"\n") + body.count(b"\r") + 2 for problem in listing.problems)
    assert all(problem.problem.message and problem.problem.hint for problem in listing.problems)


COMMENTS = {
    "a row": "url\n{comment}\nhttps://h.example/a.zarr",
    "a row of several columns": "name,url\n{comment}\nx,https://h.example/a.zarr",
    "a list without header": "https://h.example/a.zarr\n{comment}",
}


@pytest.mark.parametrize("text", COMMENTS.values(), ids=COMMENTS.keys())
@pytest.mark.parametrize("comment", ["# plates", "#https://h.example/b.zarr", "# see old.csv", '"# plates"'])
def test_a_comment_is_explained(text: str, comment: str) -> None:
    """CSV has none; the other rows are read."""
    found = read_one(text.format(comment=comment))

    assert [entry.url for entry in found.entries] == ["https://h.example/a.zarr"]
    (problem,) = found.problems
    assert problem.place.line == 2
    assert "found a comment" in problem.problem.message
    assert problem.problem.hint.startswith("Delete the line: CSV")


def test_two_headers_are_told_from_one_twice() -> None:
    """Where they differ, the rows below the second are read by the first, which a steward may not expect."""
    same, other = read_one("url,name\nURL,Name\nurl,license\nhttps://h/a.zarr,x").problems

    assert (same.problem.message, same.problem.hint) == ("expected a row, found the header again", "Delete the line.")
    assert other.problem.message == "expected a row, found another header"
    assert other.problem.hint.startswith("The rows below it are read by the header of the first line")


def test_one_placeholder_is_not_counted() -> None:
    """Several are, at the first."""
    messages = [
        read_one(f"url,name\n{rows}").problems[0].problem.message
        for rows in ("https://h/a.zarr,dataset name", "https://h/a.zarr,Dataset Name\nhttps://h/b.zarr,dataset name")
    ]

    assert messages == ["a cell holds a placeholder", "2 cells hold a placeholder, the first on this line"]


def test_a_comment_above_the_header_is_explained() -> None:
    """It stands where the header is expected, so the list cannot be read."""
    found = read_one("# our plates\nurl\nhttps://h.example/a.zarr")

    (problem,) = (each for each in found.problems if each.problem.code == "no-url-column")
    assert "found a comment" in problem.problem.message
    assert problem.problem.hint.startswith("Delete the line: CSV")
