"""What the builds of a catalog found of each institution: figures for its history, and events for its owners' feed.

Figures are kept of builds that found other ones than the build before, so that the files of an institution change only
when its data do. Both are bounded, and kept in the cache with the rest of the catalog's history. A build that is
repeated for the same time finds the same figures, and leaves its event as it is.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import msgspec

from sitegen.cache.folder import Cache
from sitegen.catalog.findability import make_findability
from sitegen.model import (
    Catalog,
    Changed,
    ChangedDatasets,
    Changes,
    InstitutionEvent,
    InstitutionFigures,
    InstitutionHistory,
    Record,
)

log = logging.getLogger(__name__)

Institutions = Mapping[str, InstitutionHistory]
"""Name → history; that of datasets that name no institution is empty."""
KEPT_FIGURES = 100
"""Builds of one institution: a sparkline has pixels for a hundred points."""
KEPT_EVENTS = 50
"""As many as entries of a feed."""
_SHOWN = 20
"""Datasets that an event names, of each kind; the others are counted."""
_KEPT_INSTITUTIONS = 1000
"""Institutions that are no longer listed are forgotten above this, so that renamed ones do not pile up."""


def institutions_note(name: str) -> str:
    """Return the name under which the cache keeps the institutions of a catalog."""
    return f"institutions:{name}"


def read_institutions(cache: Cache, name: str) -> Institutions:
    """Return what earlier builds found of each institution; nothing, with a warning, where it cannot be read."""
    note = cache.note(institutions_note(name))
    try:
        return msgspec.json.decode(note, type=dict[str, InstitutionHistory]) if note else {}
    except msgspec.MsgspecError as error:
        log.warning("%s: the history of institutions is damaged, and begins anew: %s", cache.folder, error)
        return {}


def write_institutions(institutions: Institutions) -> str:
    """Return the text that the cache keeps."""
    text: str = msgspec.json.encode(_encodable(institutions)).decode()
    return text


def _encodable(institutions: Institutions) -> Institutions:
    """Return the histories with names that UTF-8 can hold."""
    return {name.encode("utf-8", "replace").decode(): each for name, each in institutions.items()}


def add_institution_builds(earlier: Institutions, catalog: Catalog, changes: Changes | None) -> Institutions:
    """Return the histories after a build. changes: what it found to be other than before; None where nothing is."""
    members: dict[str, list[Record]] = defaultdict(list)
    for record in catalog.records:
        members[record.source or ""].append(record)
    events = _make_events(members, changes, catalog.built_at) if changes else {}
    made = {}
    for name, records in members.items():
        before, figures = earlier.get(name, InstitutionHistory()), _make_figures(records, catalog.built_at)
        made[name] = _added(before, figures, events.get(name))
    gone = [name for name in earlier if name not in made][: max(0, _KEPT_INSTITUTIONS - len(made))]
    return MappingProxyType({**made, **{name: earlier[name] for name in gone}})


def _added(
    history: InstitutionHistory, figures: InstitutionFigures, event: InstitutionEvent | None
) -> InstitutionHistory:
    builds = {each.built_at: each for each in (*history.builds, figures)}
    events = {each.built_at: each for each in (*history.events, *([event] if event else []))}
    return InstitutionHistory(
        builds=_thinned([builds[at] for at in sorted(builds)]),
        events=tuple(events[at] for at in sorted(events))[-KEPT_EVENTS:],
    )


def _thinned(builds: Sequence[InstitutionFigures]) -> tuple[InstitutionFigures, ...]:
    """Return the first of the builds, and the last ones that found other figures than the build before."""
    others = [each for before, each in pairwise(builds) if replace(before, built_at=each.built_at) != each]
    return (*builds[:1], *others[-(KEPT_FIGURES - 1) :])


def _make_figures(records: Sequence[Record], built_at: str) -> InstitutionFigures:
    levels = Counter(problem.level for record in records for problem in record.found.problems)
    return InstitutionFigures(
        built_at=built_at,
        datasets=len(records),
        ok=sum(record.found.status == "ok" for record in records),
        valid=sum(record.found.valid is True for record in records),
        bytes=sum(record.found.bytes or 0 for record in records),
        errors=levels["error"],
        warnings=levels["warning"],
        score=make_findability(records).score,
    )


def _make_events(
    members: Mapping[str, Sequence[Record]], changes: Changes, built_at: str
) -> Mapping[str, InstitutionEvent]:
    """Return what changed for each institution for which something did."""
    kinds = {
        "failing": changes.failing,
        "recovered": changes.recovered,
        "newly_invalid": changes.newly_invalid,
        "newly_valid": changes.newly_valid,
    }
    owners = {record.url: name for name, records in members.items() for record in records}
    found: dict[str, dict[str, list[Changed]]] = defaultdict(lambda: defaultdict(list))
    for kind, changed in kinds.items():
        for each in changed:
            found[owners[each.url]][kind].append(each)
    return {
        name: InstitutionEvent(
            built_at=built_at,
            **{kind: ChangedDatasets(count=len(each), shown=tuple(each[:_SHOWN])) for kind, each in of_kind.items()},
        )
        for name, of_kind in found.items()
    }
