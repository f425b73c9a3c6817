"""Long sequences of records, most of which are encoded."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module

import pytest
from catalogs import every_kind, hostile, make_catalog, make_image
from table_files import all_tables, csv_files

from sitegen.catalog.build import make_catalog as build_catalog
from sitegen.compact import make_compact, read_as, select
from sitegen.config.settings import Config, StudySettings
from sitegen.model import Catalog, Cost, Crate, Entry, Findings, Page, Place, Record
from sitegen.outputs.collection import collection_files
from sitegen.outputs.feed import overview_feeds
from sitegen.outputs.index import index_files
from sitegen.slab_workers import workers

MOST = 512
"""Records that are not encoded; of more of them a block at a time are objects."""


@dataclass(frozen=True)
class Address:
    """A part of a record."""

    url: str


def many(count: int) -> list[Record]:
    """Return so many records of every kind, with hostile ones among them, each with its own address."""
    kinds = (*every_kind().records, *hostile().records)
    return [replace(kinds[at % len(kinds)], url=f"https://h.example.org/{at}.zarr") for at in range(count)]


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 1, 1300])
def test_values_are_read_as_they_were_given(count: int) -> None:
    """Whatever they hold: half a surrogate pair, numbers beyond 64 bits; in order, and each by its place."""
    records = many(count)

    kept = make_compact(Record, iter(records), count, most_objects=MOST)

    assert len(kept) == count
    assert list(kept) == records
    assert [kept[at] for at in reversed(range(-count, count))] == [records[at] for at in reversed(range(-count, count))]
    assert kept[-300:700:7] == tuple(records[-300:700:7])
    with pytest.raises(IndexError):
        kept[count]


def test_some_fields_are_read_alone() -> None:
    """Whether values are objects, or encoded in one way or the other."""
    records = [*many(300), *(make_image(url=f"https://h/{at}.zarr") for at in range(400))]
    kept = make_compact(Record, iter(records), len(records), most_objects=MOST)

    assert [each.url for each in read_as(kept, Address)] == [each.url for each in records]
    assert list(read_as(tuple(records), Address)) == records


def test_few_values_are_a_tuple() -> None:
    """A catalog of usual size costs nothing more: its records are the objects that were given."""
    records = many(MOST)

    kept = make_compact(Record, iter(records), MOST, most_objects=MOST)

    assert isinstance(kept, tuple)
    assert all(mine is given for mine, given in zip(kept, records, strict=True))


def test_few_of_many_values_are_objects() -> None:
    """However often all are read, no more records stay than were asked for."""
    made = (make_image(url=f"https://h/{at}.zarr") for at in range(2000))
    kept = make_compact(Record, made, 2000, most_objects=MOST)

    for _ in range(2):
        assert sum(1 for _ in kept) == 2000
    gc.collect()

    assert sum(isinstance(each, Record) and each.url.startswith("https://h/") for each in gc.get_objects()) <= MOST // 2


@pytest.mark.parametrize("most", [MOST, 1000], ids=["encoded", "objects"])
def test_some_values_are_selected_by_their_places(most: int) -> None:
    """As a sequence of its own, whether the values are objects or encoded."""
    records = many(600)
    places = [599, 3, 3, 130]

    some = select(make_compact(Record, records, 600, most_objects=most), places)

    assert list(some) == [records[at] for at in places]
    assert (len(some), some[-1], some[1:3]) == (4, records[130], (records[3], records[3]))


@pytest.mark.parametrize(
    "make",
    [index_files, csv_files, collection_files, partial(overview_feeds, "institution")],
    ids=["index", "table", "collection", "feeds"],
)
def test_outputs_of_encoded_records_have_the_same_bytes(make: Callable[[Catalog], Iterable[Page]]) -> None:
    """They are those of a catalog whose records are all objects."""
    catalog = make_catalog(*many(520))
    encoded = replace(catalog, records=make_compact(Record, catalog.records, 520, most_objects=MOST))

    assert not isinstance(encoded.records, tuple)
    assert list(make(encoded)) == list(make(catalog))


@pytest.mark.parametrize("make", [index_files, all_tables], ids=["index", "tables"])
@pytest.mark.parametrize("most_objects", [MOST, 1000], ids=["encoded", "objects"])
def test_processes_make_the_same_bytes(make: Callable[..., Iterable[Page]], most_objects: int) -> None:
    """Of encoded records, and of those that are objects."""
    catalog = make_catalog(*many(520), base_url="https://catalog.example.org/")
    kept = replace(catalog, records=make_compact(Record, catalog.records, 520, most_objects=most_objects))

    assert list(make(kept, processes=2)) == list(make(catalog))


def test_worker_processes_load_no_pandas() -> None:
    """Else pyarrow would, with its first array: 49 MiB in each of them."""
    with workers(2) as run, pytest.raises(ModuleNotFoundError, match="pandas"):
        list(run(import_module, ["pandas"]))


@pytest.mark.parametrize("is_encoded", [True, False], ids=["encoded", "objects"])
def test_processes_make_the_same_catalog(*, is_encoded: bool) -> None:
    """Records, studies, sums and figures of hosts, also of what MessagePack cannot hold; 1,024 are made at a time."""
    count = 1100
    entries = [entry(at) for at in range(count)]
    findings = [findings_of(at) for at in range(count)]
    most = 512 if is_encoded else count
    given = (
        make_compact(Entry, entries, count, most_objects=most),
        make_compact(Findings, findings, count, most_objects=most),
    )
    config = Config(csv=("l.csv",), studies=(StudySettings(name="Tides", match="https://h2.example.org/"),))

    here = build_catalog(entries, findings, config, built_at="2026-11-22T06:00:00Z")
    made = build_catalog(*given, config, built_at="2026-11-22T06:00:00Z", most_objects=512, processes=2)

    assert not isinstance(made.records, tuple)
    assert list(made.records) == list(here.records)
    assert replace(made, records=()) == replace(here, records=())
    assert here.totals.datasets == count
    assert {each.datasets for each in here.hosts} == {220}


def entry(at: int) -> Entry:
    """Return an entry of one of five hosts, some with names that are half a surrogate pair."""
    return Entry(
        url=f"https://h{at % 5}.example.org/{at // 50}/{at}.zarr",
        places=(Place(csv=f"https://lists.example.org/{at // 70}.csv", line=at + 2),),
        source=f"Institution {at // 300}",
        name="\ud800" if at % 400 == 7 else f"Name {at}",
        origin=f"https://example.org/{at // 3}" if at % 2 else None,
    )


def findings_of(at: int) -> Findings:
    """Return what was found of it: how long its host took, and what its RO-Crate says."""
    return Findings(
        status="ok" if at % 7 else "unreachable",
        cost=Cost(requests=3, bytes=at, median_ms=float(at % 90)),
        crate=Crate(part_of_name=f"Project {at // 90}") if at % 11 == 0 else None,
    )
