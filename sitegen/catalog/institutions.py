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
from sitegen.catalog.findability import FindabilitySum
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
    members: dict[str, _Sum] = defaultdict(_Sum)
    kinds = _kinds_of_events(changes)
    changed, owners = {each.url for kind in kinds.values() for each in kind}, {}
    for record in catalog.records:
        members[record.source or ""].add(record)
        if record.url in changed:
            owners[record.url] = record.source or ""
    events = _make_events(kinds, owners, catalog.built_at)
    made = {}
    for name, total in members.items():
        before, figures = earlier.get(name, InstitutionHistory()), total.figures(catalog.built_at)
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


class _Sum:
    """What the datasets of one institution add up to."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._findability = FindabilitySum()

    def add(self, record: Record) -> None:
        """Add a dataset."""
        found, counts = record.found, self._counts
        counts["datasets"] += 1
        counts["ok"] += found.status == "ok"
        counts["valid"] += found.valid is True
        counts["bytes"] += found.bytes or 0
        for problem in found.problems:
            counts[problem.level] += 1
        self._findability.add(record)

    def figures(self, built_at: str) -> InstitutionFigures:
        """Return its figures in a build."""
        counts = self._counts
        return InstitutionFigures(
            built_at=built_at,
            datasets=counts["datasets"],
            ok=counts["ok"],
            valid=counts["valid"],
            bytes=counts["bytes"],
            errors=counts["error"],
            warnings=counts["warning"],
            score=self._findability.findability().score,
        )


def _kinds_of_events(changes: Changes | None) -> Mapping[str, Sequence[Changed]]:
    """Return the datasets that changed, by field of `InstitutionEvent`."""
    names = ("failing", "recovered", "newly_invalid", "newly_valid")
    return {name: getattr(changes, name) for name in names} if changes else {}


def _make_events(
    kinds: Mapping[str, Sequence[Changed]], owners: Mapping[str, str], built_at: str
) -> Mapping[str, InstitutionEvent]:
    """Return what changed for each institution for which something did. owners: address → institution."""
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
