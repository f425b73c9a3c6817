"""Which other datasets a dataset's page leads to. Pure functions."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from sitegen.model import PublicFindings, Record
from sitegen.site import values


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborGroup:
    """Datasets that have something in common with the one of the page."""

    key: Literal["study", "subject", "source"]
    """What they have in common."""
    title: str
    """How a page says that, such as `In this study`."""
    what: str = ""
    """The name of it."""
    path: str
    """Of all of them, below the site's root: the catalog, filtered."""
    count: int
    """How many datasets have it in common, with the one of the page."""
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighborLinks:
    """Other datasets that a page leads to."""

    previous: Record | None = None
    next: Record | None = None
    groups: tuple[NeighborGroup, ...] = ()
    """The nearest first; no dataset is in two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relation:
    """Something that datasets may have in common."""

    name: Literal["study", "subject", "source"]
    title: str
    key: Callable[[Record], Hashable]
    """What is the same in those that have it in common; None where a record does not state it."""
    what: Callable[[Record], str]
    query: Callable[[Record], dict[str, str]]
    """Filters of the catalog that find all of them."""
    alone: bool = False
    """Whether it is left out where a nearer group is there."""


def _subject(record: Record) -> tuple[str, str] | None:
    return (record.organism.id, record.modality.id) if record.organism and record.modality else None


def _subject_words(record: Record) -> str:
    return f"{values.term_words(record.organism)}, {values.term_words(record.modality)}"


_RELATIONS = (
    _Relation(
        name="study",
        title="In this study",
        key=lambda record: record.study.id if record.study else None,
        what=lambda record: record.study.name if record.study else "",
        query=lambda record: {"study": record.study.id} if record.study else {},
    ),
    _Relation(
        name="subject",
        title="Same organism and method",
        key=_subject,
        what=_subject_words,
        query=lambda record: {"organism": found[0], "modality": found[1]} if (found := _subject(record)) else {},
    ),
    _Relation(
        name="source",
        title="More from",
        key=lambda record: record.source or "",
        what=lambda record: record.source or "this catalog",
        query=lambda record: {"source": record.source} if record.source else {},
        alone=True,
    ),
)


def as_neighbor(record: Record) -> Record:
    """Return a record with nothing but what the page of another dataset shows of it: its card, and its heading."""
    found = record.found
    return Record(
        id=record.id,
        url=record.url,
        title=record.title,
        short_title=record.short_title,
        source=record.source,
        study=record.study,
        license=record.license,
        organism=record.organism,
        modality=record.modality,
        found=PublicFindings(
            kind=found.kind,
            axes=found.axes,
            shape=found.shape,
            images=found.images,
            plate=found.plate,
            bytes=found.bytes,
            status=found.status,
            valid=found.valid,
            thumbnail=found.thumbnail,
            metadata=found.metadata,
        ),
    )


def find_neighbors(records: Sequence[Record], count: int = 4) -> list[NeighborLinks]:
    """Return for each record the one before, the one after, and the next few that have something in common with it,
    those with pictures first."""
    return list(iterate_neighbors(records, count))


def iterate_neighbors(records: Sequence[Record], count: int = 4) -> Iterator[NeighborLinks]:
    """Yield what `find_neighbors` returns."""
    known = _Positions(records)
    for index in range(len(records)):
        yield NeighborLinks(
            previous=records[index - 1] if index else None,
            next=records[index + 1] if index + 1 < len(records) else None,
            groups=tuple(_groups(records, index, known, count)),
        )


class _Positions:
    """What has to be known of all records: of each relation, the positions of those that have the same in common."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.of: list[dict[Hashable, array[int]]] = [defaultdict(lambda: array("Q")) for _ in _RELATIONS]
        self.without_picture = bytearray()
        for index, record in enumerate(records):
            self.without_picture.append(record.found.thumbnail is None)
            for relation, found in zip(_RELATIONS, self.of, strict=True):
                key = relation.key(record)
                if key is not None:
                    found[key].append(index)


def _groups(records: Sequence[Record], index: int, known: _Positions, count: int) -> list[NeighborGroup]:
    record, taken = records[index], {index}
    groups: list[NeighborGroup] = []
    for relation, found in zip(_RELATIONS, known.of, strict=True):
        same = found.get(relation.key(record), ())
        near = [at for at in _after(same, index, 3 * count) if at not in taken]
        near.sort(key=known.without_picture.__getitem__)
        if not near or (relation.alone and groups):
            continue
        taken.update(near[:count])
        query = urlencode(relation.query(record), quote_via=quote)
        groups.append(
            NeighborGroup(
                key=relation.name,
                title=relation.title,
                what=relation.what(record),
                path=f"index.html?{query}" if query else "index.html",
                count=len(same),
                records=tuple(records[at] for at in near[:count]),
            )
        )
    return groups


def _after(same: Sequence[int], index: int, most: int) -> list[int]:
    """Return the positions after one among those of a group, round to the first ones."""
    start = bisect_right(same, index)
    return [same[(start + step) % len(same)] for step in range(min(len(same) - 1, most))]
