"""A catalog in which every text is the same hostile one: whatever an output takes from a record, it takes this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from catalogs import STUDY, make_catalog, make_failed, make_image, make_plate

from sitegen.model import (
    Catalog,
    Changed,
    ChangedDatasets,
    Creator,
    InstitutionEvent,
    InstitutionHistory,
    License,
    Record,
    Source,
    Study,
    StudyRef,
)

ADDRESS = 'https://exämple.org/a/{c}|d\\e^f`g<h>"i"/j[k]?l=[m]&n=%zz#o#p/é🔬'
"""An address with what no address may hold, but for spaces, which end one in a text."""
_KEPT = frozenset(
    (
        "id",
        "url",
        "kind",
        "status",
        "path",
        "level",
        "validated",
        "named_by",
        "taken_from",
        "color",
        "code",
        "orcid",
        "published",
        "doi",
        "dtype",
    )
)
"""Fields whose values sitegen makes or checks itself."""


def fill(value: Any, text: str) -> Any:
    """Return a value with `text` in place of every text in it but those of `_KEPT`."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(fill(each, text) for each in value)
    if isinstance(value, Mapping):
        return {f"{name}{text[:200]}": fill(each, text) for name, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        stated = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = {name: fill(each, text) for name, each in stated.items() if name not in _KEPT}
        return replace(value, **{name: each for name, each in changed.items() if not name.endswith("_at")})
    return value


def filled_records(text: str) -> tuple[Record, ...]:
    """Return an image and a plate of a study, and a dataset that could not be read, whose every text is this one."""
    credit = (Creator(name="n", family="f", given="g", kind="person", orcid="0000-0002-1825-0097"), Creator(name="n"))
    stated: dict[str, Any] = {
        "creators": credit,
        "publisher": "p",
        "data_version": "v",
        "citations": ("c", "d"),
        "study": STUDY,
        "short_title": "s",
        "extra": {"column": "x"},
        "codecs": ("zstd",),
        "series": ("0", "1"),
    }
    image = fill(make_image(**stated), text)
    plate = fill(replace(make_plate(), creators=credit, study=STUDY, license=License(text="l")), text)
    lost = fill(make_failed("missing", "lost"), text)
    return (
        replace(image, license=License(id=text, url=ADDRESS, text=text), origin=ADDRESS),
        replace(plate, study=StudyRef(id="other", name=text)),
        replace(lost, origin=ADDRESS),
    )


def _event(text: str) -> InstitutionEvent:
    """Return that two datasets stopped answering, of which one is no longer listed."""
    shown = (Changed(id="listed", url=make_image().url), Changed(id="gone", url=f"https://a.example/{text}.zarr"))
    return InstitutionEvent(built_at="2026-11-20T03:12:09Z", failing=ChangedDatasets(count=3, shown=shown))


@cache
def filled_catalog(text: str, base_url: str | None) -> Catalog:
    """Return a catalog whose every text is this one, and whose every address is ADDRESS."""
    records = filled_records(text)
    return make_catalog(
        *records,
        base_url=base_url,
        title=text,
        description=text,
        license=License(id=None, url=ADDRESS, text=text),
        publisher=text,
        contact=ADDRESS,
        facets=tuple(records[0].extra),
        sources=(Source(name=text, url=ADDRESS),),
        studies=tuple(
            Study(id=id_, name=text, taken_from="csv", named_by="csv", url=ADDRESS, citation=text)
            for id_ in (STUDY.id, "other")
        ),
        institutions={text: InstitutionHistory(events=(_event(text),))},
    )
