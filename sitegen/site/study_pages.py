"""The pages of studies: what a study is, what it adds up to, its first pictures, and a plain list of its datasets.

Complete without a script; a link leads to the same datasets in the catalog, where they can be searched and filtered.
Pure functions from the catalog to the context of the template `study.html`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from sitegen import formatting
from sitegen.catalog.totals import make_totals
from sitegen.model import Catalog, Record
from sitegen.site.home_page import ROWS_PER_LIST, Statistic, make_statistics
from sitegen.site.values import study_note

PICTURES = 12
"""Cards on the first page of a study: full rows at 2, 3, 4 and 6 columns."""


def study_path(id_: str, number: int = 1) -> str:
    """Return the path of a page of a study below the site's root; its list continues on numbered pages."""
    return f"studies/{id_}/{f'{number}/' if number > 1 else ''}index.html"


def study_pages(catalog: Catalog) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give path and context of every page of every study, in the order in which the lists first name them."""
    known = {study.id: study for study in catalog.studies}
    members: dict[str, list[Record]] = {}
    for record in catalog.records:
        if record.study:
            members.setdefault(record.study.id, []).append(record)
    for id_, records in members.items():
        first, study = records[0], known.get(id_)
        statistics, pictured = _statistics(records), _pictured(records)
        starts = range(0, len(records), ROWS_PER_LIST)
        paths = [study_path(id_, number) for number in range(1, len(starts) + 1)]
        for number, (path, start) in enumerate(zip(paths, starts, strict=True), start=1):
            yield (
                path,
                {
                    "name": first.study.name if first.study else id_,
                    "url": study.url if study else None,
                    "citation": study.citation if study else None,
                    "note": study_note(first),
                    "sources": list(dict.fromkeys(record.source for record in records if record.source)),
                    "statistics": statistics,
                    "search": f"index.html?study={quote(id_, safe='')}",
                    "cards": pictured if number == 1 else [],
                    "records": records[start : start + ROWS_PER_LIST],
                    "count": formatting.plural(len(records), "dataset"),
                    "first": start + 1,
                    "number": number,
                    "paths": paths,
                },
            )


def _statistics(records: Sequence[Record]) -> list[Statistic]:
    figures = make_statistics(make_totals(records))
    return [each for each in figures if not each.name.startswith("institution")]


def _pictured(records: Sequence[Record]) -> list[Record]:
    """Return the first datasets that have a picture, before others."""
    return sorted(records, key=lambda record: record.found.thumbnail is None)[:PICTURES]
