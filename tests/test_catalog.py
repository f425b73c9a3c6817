"""Entries and findings become records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sitegen.catalog.hosts import make_browser_access
from sitegen.catalog.records import make_record
from sitegen.catalog.titles import make_titles
from sitegen.catalog.totals import make_totals
from sitegen.formatting import browsers_may
from sitegen.model import BrowserAccess, Crate, Entry, Findings, Level, Place

URL = "https://example.org/images/a.zarr"
FOUND = Findings(status="ok", kind="image", levels=(Level(path="0", shape=(2, 64, 64), chunks=(1, 64, 64)),), images=1)


def entry(**stated: Any) -> Entry:
    """Return an entry with these fields."""
    return Entry(url=URL, places=(Place(csv="l.csv", line=2),), **stated)


def test_the_data_beat_the_list_about_shape() -> None:
    """A list's shape is a claim, the array's own a fact."""
    record = make_record(entry(shape=(9, 9, 9)), FOUND, title="a.zarr")

    assert record.found.shape == (2, 64, 64)
    assert record.provenance["shape"] == "zarr"


def test_the_list_stands_in_for_data_that_cannot_be_read() -> None:
    """A dead dataset still shows the size that its list claims, and where that came from."""
    record = make_record(entry(shape=(9, 8), dimension_names=("y", "x")), Findings(status="missing"), title="a.zarr")

    assert record.found.shape == (9, 8)
    assert [axis.name for axis in record.found.axes or ()] == ["y", "x"]
    assert record.provenance["shape"] == "csv"


def test_the_list_beats_the_crate_about_names() -> None:
    """For name, description, license, organism and modality the list's own words count."""
    found = Findings(status="ok", crate=Crate(name="crate's", description="crate's", organism="NCBITaxon:10090"))
    record = make_record(entry(name="list's", organism_id="NCBI:txid9606"), found, title="a.zarr")

    assert (record.name, record.description) == ("list's", "crate's")
    assert record.organism
    assert record.organism.label == "Homo sapiens"
    assert record.provenance == {
        "name": "csv", "title": "csv", "description": "ro-crate", "organism": "csv",
    }  # fmt: skip


def test_written_of_the_list_is_the_stored_size() -> None:
    """What the list counted beats what the dataset counted."""
    record = make_record(entry(stored_bytes=417_816_396), replace(FOUND, bytes_written=5), title="a.zarr")

    assert record.found.bytes == 417_816_396


def test_unknown_columns_are_kept() -> None:
    """They go under `extra`."""
    record = make_record(entry(extra={"funding": "Grant 12"}), FOUND, title="a.zarr")

    assert record.extra == {"funding": "Grant 12"}


def test_a_term_that_is_none_is_shown_and_warned_of() -> None:
    """Anything that is no identifier is kept as it is, with a warning."""
    record = make_record(entry(fbbi_id="confocal"), FOUND, title="a.zarr")

    assert record.modality
    assert record.modality.id == "confocal"
    assert [problem.code for problem in record.found.problems] == ["term-unknown"]


def test_titles_are_the_shortest_tails_that_differ() -> None:
    """73 datasets all called `color` are told apart by their folders."""
    titles = make_titles(["https://h/a/M1/color", "https://h/a/M2/color", "https://h/a/c%20d.zarr"])

    assert titles == ["M1/color", "M2/color", "c d.zarr"]


def test_addresses_that_differ_in_their_host_alone_get_it_in_their_titles() -> None:
    """The whole address is the last resort."""
    assert make_titles(["https://one/a.zarr", "https://two/a.zarr"]) == ["one/a.zarr", "two/a.zarr"]


def test_totals_count_what_is_known() -> None:
    """Unknown sizes and counts add nothing."""
    record = make_record(entry(stored_bytes=5, source="IDR"), FOUND, title="a.zarr")
    totals = make_totals([record, make_record(entry(), Findings(status="missing"), title="b")])

    assert (totals.datasets, totals.ok, totals.bytes, totals.images) == (2, 1, 5, 1)


OPEN = BrowserAccess(origin=True, ranges=True, exposed=("content-range", "etag"))


@pytest.mark.parametrize(
    ("tested", "together", "words"),
    [
        ((), BrowserAccess(), ""),
        ((BrowserAccess(), OPEN), OPEN, "read · ask for ranges · see Content-Range, ETag"),
        ((BrowserAccess(origin=True, exposed=("*",)),), BrowserAccess(origin=True, exposed=("*",)),
         "read · see Content-Range, ETag, Accept-Ranges"),
        ((OPEN, BrowserAccess(origin=True, ranges=False, exposed=("*",))),
         BrowserAccess(origin=True, ranges=False, exposed=("content-range", "etag")),
         "read · not ask for ranges · see Content-Range, ETag"),
        ((OPEN, BrowserAccess(origin=True, ranges=True, exposed=("x-own",))),
         BrowserAccess(origin=True, ranges=True, exposed=()),
         "read · ask for ranges"),
        ((OPEN, BrowserAccess(origin=False)),
         BrowserAccess(origin=False, ranges=True, exposed=("content-range", "etag")),
         "not read"),
    ],
)  # fmt: skip
def test_what_viewers_may_with_a_host(tested: tuple[BrowserAccess, ...], together: BrowserAccess, words: str) -> None:
    """What holds for each of its datasets that was tested, in words: a host may hold buckets of several owners."""
    assert make_browser_access(tested) == together
    assert browsers_may(together) == words
