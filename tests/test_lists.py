"""Lists of lists: rows are inherited and merged, lists that cannot be read are reported; the real lists."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from listings import HOST, ONE_LIST, Bodies, codes_and_lines, dataset_urls, only, read, read_one

from sitegen.errors import BuildError, fetch_error
from sitegen.lists.fetching import ListLimits, StaleList
from sitegen.lists.reading import read_lists
from sitegen.model.codes import CODES

CHALLENGE = Path(__file__).parents[2] / "shared/challenge"


def test_unknown_columns_of_two_lists() -> None:
    """Two spellings of an unknown column are one column, as the first list spells it."""
    listing = read({"a.csv": "url,Tissue\nb.csv,\n", "b.csv": "url,tissue\nhttps://h/a.zarr,liver"})
    twice = read({"a.csv": "url,Tissue\nb.csv,brain\n", "b.csv": "url,tissue\nhttps://h/a.zarr,liver"})

    assert only(listing).extra == {"tissue": "liver"}
    assert only(twice).extra == {"Tissue": "liver"}


def test_rows_inherit_the_cells_of_the_row_that_names_their_list() -> None:
    """An empty cell inherits, a filled one overrides."""
    listing = read(
        {
            "a.csv": "source,url,license,origin\nIDR,b.csv,CC0,here",
            "b.csv": "url,license,source\nc.csv,,\nhttps://h/b.zarr,CC-BY-4.0,",
            "c.csv": "https://h/c.zarr\n",
        }
    )

    assert [(entry.source, entry.license, entry.origin) for entry in listing.entries] == [
        ("IDR", "CC0", "here"),
        ("IDR", "CC-BY-4.0", "here"),
    ]


def test_long_cells_are_not_inherited() -> None:
    """The other cells of the row are."""
    listing = read(
        {"a.csv": f"url,source,description\nb.csv,IDR,{'x' * 20_000}", "b.csv": "url\nhttps://h/c.zarr"}, "a.csv"
    )

    assert (listing.entries[0].source, listing.entries[0].description) == ("IDR", None)
    assert [(each.problem.code, each.place.line) for each in listing.problems] == [("cells-too-long", 2)]
    assert "description" in listing.problems[0].problem.message


def test_a_placeholder_inherits_like_an_empty_cell() -> None:
    """Placeholders are texts such as `n/a`."""
    listing = read({"a.csv": "url,name\nb.csv,Liver", "b.csv": "url,name\nhttps://h/a.zarr,dataset name"})

    assert only(listing).name == "Liver"


def test_the_institution_is_that_of_the_nearest_row() -> None:
    """A row that states an institution overrides those above."""
    listing = read(
        {
            "a.csv": "source,url\nNFDI,b.csv\nIDR,https://h/a.zarr",
            "b.csv": "source,url\nJülich,c.csv\n,https://h/b.zarr",
            "c.csv": "https://h/c.zarr",
        }
    )

    assert [(entry.url[-6:], entry.source) for entry in listing.entries] == [
        ("c.zarr", "Jülich"),
        ("b.zarr", "NFDI"),
        ("a.zarr", "IDR"),
    ]


def test_a_dataset_has_every_row_that_names_it() -> None:
    """For each column the first value is used."""
    listing = read({"a.csv": "url,name,origin\nb.csv\nhttps://h/a.zarr,B,o", "b.csv": "url,name\nhttps://h/a.zarr/,A"})

    assert [str(place) for place in only(listing).places] == [f"{HOST}b.csv:2", f"{HOST}a.csv:3"]
    assert (only(listing).name, only(listing).origin) == ("A", "o")
    assert (listing.rows, codes_and_lines(listing)) == (2, [("dataset-again", 3)])


def test_lists_that_name_each_other() -> None:
    """Lists that name each other, or themselves, are read once, and each such line is reported."""
    listing = read({"a.csv": "a.csv\nb.csv\nhttps://h/a.zarr", "b.csv": "url\na.csv\nhttps://h/b.zarr"})

    assert dataset_urls(listing) == ["b.zarr", "a.zarr"]
    assert codes_and_lines(listing) == [("list-cycle", 1), ("list-cycle", 2)]


def test_a_list_that_two_rows_name_is_read_once() -> None:
    """It belongs to the first row."""
    get = Bodies({HOST + "a.csv": "b.csv\n./b.csv", HOST + "b.csv": "https://h/b.zarr"})

    listing = asyncio.run(read_lists([HOST + "a.csv", HOST + "a.csv"], get))

    assert (dataset_urls(listing), codes_and_lines(listing)) == (["b.zarr"], [("list-again", 2)])
    assert get.asked == [HOST + "a.csv", HOST + "b.csv"]


def test_a_list_that_cannot_be_read_is_an_error_on_its_row() -> None:
    """All other lists are read."""
    listing = read({"a.csv": "url\nhttps://h/a.zarr\ngone.csv\nhttps://h/b.zarr"})
    (problem,) = listing.problems

    assert dataset_urls(listing) == ["a.zarr", "b.zarr"]
    assert (str(problem.place), problem.url) == (f"{HOST}a.csv:3", f"{HOST}gone.csv")
    assert (problem.problem.code, problem.problem.hint) == ("list-unreadable", "Has it moved?")
    assert "answered 403 Forbidden" in problem.problem.message


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("not-found", "Correct the list's address where it is named"),
        ("html-answer", "Give the address of the file itself"),
        ("timeout", "Nothing to do now"),
    ],
)
def test_a_list_that_cannot_be_read_has_a_hint_for_lists(code: str, hint: str) -> None:
    """The hint for a dataset, such as to enter the address of its folder, would be wrong for a list."""

    async def get(address: str) -> bytes:
        raise fetch_error(code, "no list")

    (problem,) = asyncio.run(read_lists([HOST + "a.csv"], get)).problems

    assert problem.problem.hint.startswith(hint)


def test_hints_for_lists_have_codes_that_exist() -> None:
    """A hint for an unknown code would never be shown."""
    assert {code.part for code in CODES.values() if code.list_hint} == {"hosts"}


def test_a_configured_list_that_cannot_be_read_is_an_error() -> None:
    """It is reported on the first line of the list itself."""
    assert codes_and_lines(read({}, "gone.csv")) == [("list-unreadable", 1)]


def test_an_error_of_the_build_ends_the_reading() -> None:
    """An error that no list causes, such as a cache that cannot be written, ends the reading."""

    async def get(address: str) -> bytes:
        raise BuildError("the cache cannot be written")

    with pytest.raises(BuildError, match="cannot be written"):
        asyncio.run(read_lists([HOST + "a.csv", HOST + "b.csv"], get))


def test_entries_are_in_the_order_of_the_rows() -> None:
    """The order is depth-first, whichever list is fetched first."""
    lists = {"a.csv": "b.csv\nhttps://h/1\nc.csv", "b.csv": "d.csv\nhttps://h/2", "c.csv": "https://h/3", "d.csv": ""}
    waits = {"b.csv": 3, "c.csv": 0, "d.csv": 1, "a.csv": 0}

    async def get(address: str) -> bytes:
        for _ in range(waits[address.removeprefix(HOST)]):
            await asyncio.sleep(0)
        return lists[address.removeprefix(HOST)].encode()

    listing = asyncio.run(read_lists([HOST + "a.csv"], get))

    assert dataset_urls(listing) == ["2", "1", "3"]
    assert [each.csv.removeprefix(HOST) for each in listing.lists] == ["a.csv", "b.csv", "d.csv", "c.csv"]


def test_lists_have_limits() -> None:
    """A list that is too large, too deep or one too many is an error on the row that names it."""
    chain = {f"{n}.csv": f"{n + 1}.csv" for n in range(20)}

    assert codes_and_lines(read({"a.csv": "b.csv", "b.csv": "x" * 100}, limits=ListLimits(max_list_bytes=50))) == [
        ("list-too-large", 1)
    ]
    assert codes_and_lines(read(chain)) == [("lists-too-deep", 1)]
    assert codes_and_lines(
        read({"a.csv": "b.csv\nc.csv", "b.csv": "", "c.csv": ""}, limits=ListLimits(max_lists=2))
    ) == [
        ("lists-too-many", 2),
        ("list-empty", 1),
    ]


def test_a_bad_cell_inherits() -> None:
    """A cell that its column cannot take inherits as an empty one does, and is reported on its own line alone."""
    listing = read(
        {"a.csv": "url,images,wells\nb.csv,5,many\n", "b.csv": "url,images\nhttps://h/a.zarr,few\nhttps://h/b.zarr,7\n"}
    )

    assert [(entry.images, entry.wells) for entry in listing.entries] == [(5, None), (7, None)]
    assert [
        (problem.place.csv[-5:], *found)
        for problem, found in zip(listing.problems, codes_and_lines(listing), strict=True)
    ] == [
        ("a.csv", "cell-bad", 2),
        ("b.csv", "cell-bad", 2),
    ]


def test_the_first_valid_cell_of_a_column_wins() -> None:
    """Of two rows of a dataset, or two columns with one header, the first valid cell gives the value."""
    rows = only(read_one("url,images\nhttps://h/a.zarr,few\nhttps://h/a.zarr,7\nhttps://h/a.zarr,8"))
    columns = only(read_one("url,images,images\nhttps://h/a.zarr,few,7"))

    assert (rows.images, columns.images) == (7, 7)


def test_every_code_of_lists_is_tested() -> None:
    """Some test causes each of them."""
    listings = [read_one(body) for body, _, _ in ONE_LIST.values()]
    met = {code for listing in listings for code, _ in codes_and_lines(listing)}
    elsewhere = {"list-unreadable", "list-too-large", "list-cycle", "list-again", "lists-too-deep", "lists-too-many"}

    assert met | elsewhere | {"rows-too-many", "url-credentials", "list-stale", "cells-too-long", "no-datasets"} == {
        code.code for code in CODES.values() if code.of_list
    }


def test_lost_lists_are_known_codes() -> None:
    """The codes after which a list's datasets are not forgotten are codes of lists."""
    assert all(code.of_list for code in CODES.values() if code.loses_rows)


def test_problems_are_in_the_order_of_the_configured_lists() -> None:
    """Of two configured lists the first cannot be read: the problems of both are reported, in order."""
    listing = read({"b.csv": "url\nhttps://h/a.zarr,too much"}, "gone.csv", "b.csv")

    assert dataset_urls(listing) == ["a.zarr"]
    assert [code for code, _ in codes_and_lines(listing)] == ["list-unreadable", "extra-cells"]


def test_a_stale_list_is_reported_and_used() -> None:
    """Its datasets stay; the line that names it has a warning, for a configured list its own first line."""
    rows = {"root.csv": b"url\nb.csv\nhttps://h/a.zarr", "b.csv": b"url\nhttps://h/b.zarr"}

    async def get(address: str) -> StaleList:
        name = address.removeprefix(HOST)
        return StaleList(body=rows[name], read_on="2026-11-20", reason=f"{name} answered 503", hint="Wait.")

    listing = asyncio.run(read_lists([HOST + "root.csv"], get))

    assert dataset_urls(listing) == ["b.zarr", "a.zarr"]
    assert codes_and_lines(listing) == [("list-stale", 1), ("list-stale", 2)]
    assert [problem.url for problem in listing.problems] == [None, HOST + "b.csv"]
    assert "2026-11-20: b.csv answered 503" in listing.problems[1].problem.message


@pytest.mark.skipif(not CHALLENGE.exists(), reason="the Challenge's lists are not beside the project")
def test_the_lists_of_the_challenge_are_read_without_loss() -> None:
    """The numbers of rows, datasets, institutions and places are known."""
    published: dict[str, str] = json.loads((CHALLENGE / "published-at.json").read_text())
    get = Bodies({address: (CHALLENGE / path).read_bytes() for address, path in published.items()})
    root = next(address for address in published if address.endswith("/ngff_samples.csv"))

    listing = asyncio.run(read_lists([root], get))

    assert (listing.rows, len(listing.entries), len(listing.lists)) == (15_375, 15_305, 29)
    assert sum(len(entry.places) for entry in listing.entries) == 15_375
    assert Counter(entry.source for entry in listing.entries).most_common(3) == [
        ("JAX", 13_262),
        ("IDR", 1_905),
        ("Webknossos", 77),
    ]
    assert Counter(code for code, _ in codes_and_lines(listing)) == {"dataset-again": 70, "placeholder": 2}
