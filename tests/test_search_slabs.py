"""The search files of many datasets: made some at a time, also of records that are kept encoded, and by processes."""

from __future__ import annotations

from dataclasses import replace

from catalogs import change, make_catalog, make_image
from hypothesis import given
from hypothesis import strategies as st

from sitegen.compact import make_compact
from sitegen.model import Record, StudyRef
from sitegen.site.coded import encode, join
from sitegen.site.search import make_index
from sitegen.site.search_order import make_order
from sitegen.site.search_texts import Sizes
from sitegen.site.slabs import in_slabs, read_slab


def make_records(count: int) -> tuple[Record, ...]:
    """Return images of three studies, mixed; some of the first hundred cannot be encoded as others are."""
    images = [change(make_image(f"image{at * 7 % count}"), bytes=at) for at in range(count)]
    odd = [
        replace(image, description="\ud800") if at < 100 and at % 10 == 3 else image for at, image in enumerate(images)
    ]
    return tuple(replace(image, study=StudyRef(id=f"s{at % 3}", name="S")) for at, image in enumerate(odd))


def test_encoded_records_come_in_the_same_order() -> None:
    """A catalog that keeps records encoded gives the slabs of one that keeps them as objects."""
    records = make_records(300)
    order = make_order(records)

    encoded = in_slabs(make_compact(Record, records, len(records), most_objects=200), order.places, 64)

    assert make_order(make_compact(Record, records, len(records), most_objects=200)).lists == order.lists
    slabs = in_slabs(records, order.places, 64)
    assert [list(read_slab(slab)) for slab in encoded] == [list(read_slab(slab)) for slab in slabs]


def test_records_for_other_processes_are_encoded() -> None:
    """A catalog that keeps records as objects gives the same slabs to other processes."""
    records = make_records(100)
    order = make_order(records)

    slabs = list(in_slabs(records, order.places, 64, is_encoded=True))

    assert not any(isinstance(slab, list) for slab in slabs)
    assert [record for slab in slabs for record in read_slab(slab)] == [records[at] for at in order.places]


def test_slabs_may_be_read_later() -> None:
    """Other processes get slabs while the next ones are made."""
    records = make_records(300)
    order = make_order(records)

    slabs = list(in_slabs(make_compact(Record, records, len(records), most_objects=200), order.places, 64))

    assert [record for slab in slabs for record in read_slab(slab)] == [records[at] for at in order.places]


def test_slabs_in_the_order_of_the_catalog_need_no_order() -> None:
    """Encoded records stay encoded, those that are objects are objects."""
    records = make_records(300)

    encoded = list(in_slabs(make_compact(Record, records, len(records), most_objects=200), None, 64))

    assert not any(isinstance(slab, list) for slab in encoded)
    assert [record for slab in encoded for record in read_slab(slab)] == list(records)
    assert [record for slab in in_slabs(records, None, 64) for record in read_slab(slab)] == list(records)


def test_processes_make_the_same_files() -> None:
    """Whoever makes them, the files are the same, in the same order; also of encoded records."""
    catalog = make_catalog(*(replace(record, description="x") for record in make_records(300)))
    encoded = replace(catalog, records=make_compact(Record, catalog.records, 300, most_objects=128))
    sizes = Sizes(stems=0, block=4, lists=20, words=3)

    made = make_index(catalog, sizes).pages

    assert make_index(catalog, sizes, processes=2).pages == made
    assert make_index(encoded, sizes, processes=2).pages == made


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", 1, None]), max_size=5), min_size=1, max_size=4))
def test_columns_of_parts_are_the_column_of_all(parts: list[list[str | int | None]]) -> None:
    """Values keep their places in order of appearance."""
    whole = encode([value for part in parts for value in part])

    joined = join([encode(part) for part in parts])

    assert (joined.different, list(joined)) == (whole.different, list(whole))
