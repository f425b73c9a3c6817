"""What a catalog remembers of its earlier builds: when each dataset was added, and what changed last.

A catalog is identified by its configuration, so that catalogs may share a cache and lists, and its lists may
change. When the datasets of its first build were added is not known, so none of them is new. A dataset that is
removed and listed again keeps its date. Changes are reported until a build finds others: a build that finds
nothing new reports those of the build before it, so the same input gives the same bytes. For the same reason a digest
of each record is kept: what is published as the date of a change is that of the build that first found it.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from pathlib import Path
from urllib.parse import quote

import msgspec

from sitegen import urls
from sitegen.cache.folder import Cache
from sitegen.cache.rows import ContentRow, HistoryRow
from sitegen.catalog.builds import add_build, builds_note, make_figures, read_builds, write_builds
from sitegen.catalog.institutions import (
    Institutions,
    add_institution_builds,
    institutions_note,
    read_institutions,
    write_institutions,
)
from sitegen.catalog.states import States, read_states, state_key, state_of, states_note, write_states
from sitegen.compact import make_alike
from sitegen.model import BuildFigures, Catalog, Changed, Changes, ImageMetadata, PublicFindings, Record, Status
from sitegen.model.codes import CODES

log = logging.getLogger(__name__)

_DATES = frozenset({"added_at", "changed_at", "checked_at"})
"""Keys of a record that say nothing of its dataset."""
_ABSENT: tuple[object, ...] = (None, (), {})
_APART = frozenset({"found", "metadata", "status", "problems"})
"""Keys of which not all counts."""
_PARTS = ((Record, ""), (PublicFindings, "found."), (ImageMetadata, "found.metadata."))
_STATED = {
    each.name: path + each.name for kind, path in _PARTS for each in fields(kind) if each.name not in _DATES | _APART
}
"""Keys that count as they are, and where their values are in a record."""
_read_stated = attrgetter(*_STATED.values())
_OUR_FAILURE = "internal-error"
_DIGEST_CHARACTERS = 20
"""Of SHA-256, in hexadecimal: 80 bits; two states of one dataset have to differ, not all datasets of the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What earlier builds of a catalog left."""

    built_at: str | None = None
    """When the last of them was made; None before the first."""
    changes: Changes = field(default_factory=Changes)
    """The last changes that were found."""
    listed: Mapping[str, HistoryRow] = field(default_factory=dict)
    """Every dataset that was ever listed, by address."""
    contents: Mapping[str, ContentRow] = field(default_factory=dict)
    """What was last said of each of them."""
    states: States = field(default_factory=dict)
    """What the last build found of each dataset."""
    builds: tuple[BuildFigures, ...] = ()
    """The figures of earlier builds, oldest first."""
    institutions: Institutions = field(default_factory=dict)
    """What earlier builds found of each institution."""

    def apply(self, catalog: Catalog, *, whole: bool = True) -> Catalog:
        """Return a catalog just made, with when its datasets were added and changed, and what changed.

        whole: False for a build of a part of the lists, or from the cache alone: it finds no changes.
        """
        dated = (self._date(record, catalog.built_at) for record in catalog.records)
        records = make_alike(Record, dated, catalog.records)
        found = self._find_changes(catalog) if whole else None
        return replace(
            catalog,
            records=records,
            changes=found or self.changes,
            builds=add_build(self.builds, make_figures(catalog)) if whole else self.builds,
            institutions=add_institution_builds(self.institutions, catalog, found) if whole else self.institutions,
        )

    def new_changes(self, catalog: Catalog) -> Changes:
        """Return the changes that `apply` found for this catalog; none where it repeats earlier ones."""
        return Changes() if catalog.changes is self.changes else catalog.changes

    def _date(self, record: Record, built_at: str) -> Record:
        said = self.contents.get(record.url)
        same = said and said.digest == digest_of(record)
        changed_at = said.changed_at if said and (same or _is_our_failure(record)) else built_at
        return replace(record, added_at=self._added_at(record.url, built_at), changed_at=changed_at)

    def status_of(self, record: Record) -> Status:
        """Return the status of a dataset; where sitegen itself failed on it, which says nothing of it, that before."""
        return self._status_before(record.url) if _is_our_failure(record) else record.found.status

    def rows(self, catalog: Catalog) -> Mapping[str, HistoryRow]:
        """Return what the next build has to know of each dataset that was ever listed, by address."""
        gone = {url: replace(each, status=None) for url, each in self.listed.items()}
        here = {each.url: HistoryRow(added_at=each.added_at, status=self.status_of(each)) for each in catalog.records}
        left_out = {
            url: HistoryRow(added_at=self._added_at(url, catalog.built_at), status=self._status_before(url))
            for url in left_out_urls(catalog)
        }
        return {**gone, **here, **left_out}

    def _status_before(self, url: str) -> Status:
        """Return the status of a dataset on which sitegen failed: that before; of a new one, as if it could be read."""
        before = self.listed.get(url)
        return before.status if before and before.status else "ok"

    def _added_at(self, url: str, built_at: str) -> str | None:
        known = self.listed.get(url)
        if known:
            return known.added_at
        return None if self.built_at is None else built_at

    def _find_changes(self, catalog: Catalog) -> Changes | None:
        """Return how a catalog differs from the last build, None where it does not."""
        if self.built_at is None:
            return None
        left_out = left_out_urls(catalog)
        was = {url: each.status for url, each in self.listed.items() if each.status is not None and url not in left_out}
        found: dict[str, list[str]] = defaultdict(list)
        for record in catalog.records:
            before, now = was.pop(record.url, None), self.status_of(record)
            if before is None:
                found["added"].append(record.url)
            elif "ok" in (before, now) and before != now:
                found["recovered" if now == "ok" else "failing"].append(record.url)
            if before is not None and record.found.status == "ok":
                for kind in find_state_changes(self.states, record):
                    found[kind].append(record.url)
        changed = {kind: _changed(dataset_urls) for kind, dataset_urls in found.items()}
        made = Changes(since=self.built_at, found_at=catalog.built_at, removed=_changed(was), **changed)
        return made or None


def left_out_urls(catalog: Catalog) -> frozenset[str]:
    """Return the addresses of datasets that are listed, and that a catalog lacks because sitegen failed on them."""
    failed = {each.url for each in catalog.list_problems if each.url and each.problem.code == _OUR_FAILURE}
    return frozenset(failed.difference(record.url for record in catalog.records))


def find_state_changes(states: States, record: Record) -> Iterator[str]:
    """Yield whether a dataset is now valid, invalid, or states something else, as fields of `Changes`."""
    was = states.get(state_key(record))
    if was is None:
        return
    now = state_of(record)
    if (was.valid, now.valid) in ((True, False), (False, True)):
        yield "newly_valid" if now.valid else "newly_invalid"
    if was.digest != now.digest:
        yield "modified"


def _changed(dataset_urls: Iterable[str]) -> tuple[Changed, ...]:
    return tuple(Changed(id=urls.dataset_id(url), url=url) for url in dataset_urls)


def digest_of(record: Record) -> str:
    """Return a digest of what a record says, without dates of the catalog and of the last answer, and what it cost.

    Keys without a value do not count, so that a key that a new version adds re-dates no dataset that lacks it; nor do
    the words of problems. A host that gives no answer for a while changes nothing: what was read before is shown.
    """
    found, values = record.found, zip(_STATED, _read_stated(record), strict=True)
    stated = {name: value for name, value in values if value or value not in _ABSENT}
    problems = [(each.code, each.level, each.where) for each in found.problems if not _may_pass(each.code)]
    stated |= {"status": "ok" if found.status == "stale" else found.status, "problems": problems}
    return hashlib.sha256(msgspec.json.encode(stated, order="sorted")).hexdigest()[:_DIGEST_CHARACTERS]


def _is_our_failure(record: Record) -> bool:
    """Return whether a record says nothing but that sitegen failed on its dataset."""
    is_nothing_known = record.found.kind is None and record.found.status == "unreadable"
    return is_nothing_known and any(each.code == _OUR_FAILURE for each in record.found.problems)


def _may_pass(problem: str) -> bool:
    code = CODES.get(problem)
    return code is not None and (code.transient or code.of_moment)


def catalog_name(config: str, cache: Path) -> str:
    """Return the name of a catalog in a cache: its configuration's address, or its path relative to the cache.

    So a project that is moved together with its cache keeps its history.
    """
    if urls.is_remote(config):
        return f"config:{urls.normalize(config)}"
    path = urls.to_path(config) if urls.has_scheme(config) else Path(config)
    seen = os.path.relpath(path.parent.resolve() / path.name, cache.resolve())
    return f"config:{quote(os.fsencode(seen))}"


def read_history(cache: Cache, name: str) -> History:
    """Return what the earlier builds of a catalog left."""
    note = cache.note(name)
    if note is None:
        return History(contents=cache.contents(name))
    try:
        built_at, changes = msgspec.json.decode(note, type=tuple[str, Changes])
    except msgspec.MsgspecError as error:
        log.warning("%s: the record of the last build is damaged, so no changes are reported: %s", cache.folder, error)
        return History(
            listed=cache.ledger(name),
            contents=cache.contents(name),
            builds=read_builds(cache, name),
            institutions=read_institutions(cache, name),
        )
    return History(
        built_at=built_at,
        changes=changes,
        listed=cache.ledger(name),
        contents=cache.contents(name),
        states=read_states(cache, name),
        builds=read_builds(cache, name),
        institutions=read_institutions(cache, name),
    )


def keep_history(cache: Cache, name: str, history: History, catalog: Catalog) -> None:
    """Keep, for the next build, what this one found."""
    note = msgspec.json.encode((catalog.built_at, catalog.changes)).decode()
    notes = {
        states_note(name): write_states(catalog.records, history.states, left_out=left_out_urls(catalog)),
        builds_note(name): write_builds(catalog.builds),
        institutions_note(name): write_institutions(catalog.institutions),
    }
    cache.put_ledger(name, history.rows(catalog), note=note, notes=notes)


def keep_contents(cache: Cache, name: str, catalog: Catalog) -> None:
    """Keep, for the next build, what the catalog says of the datasets that changed."""
    changed = {
        record.url: ContentRow(digest=digest_of(record), changed_at=record.changed_at)
        for record in catalog.records
        if record.changed_at and record.changed_at == catalog.built_at
    }
    cache.put_contents(name, changed)
