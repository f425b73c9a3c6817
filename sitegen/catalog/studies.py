"""Studies: the datasets that belong together, taken from the configuration, the lists and the data.

Of several statements the first counts, and `taken_from` says which it was:

- `configuration`: a `[[study]]` whose `match` is the beginning of the address, or a list that names the dataset;
- `csv`: a column `study` of the lists;
- `ro-crate`: what the dataset's RO-Crate says that it is part of;
- `origin`, `url`, `list`: an accession of a public archive in the origin, in the address, or in the list's name;
- `origin`: an origin that several datasets share;
- `list`: the list that names it, where several lists name datasets;
- `url`: the folder of its address, where it holds several datasets, but not all.

A dataset of which none of these is known belongs to no study. Pure functions; the id of a study depends on what
identifies it alone, never on the order or number of datasets.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import unquote

from sitegen import urls
from sitegen.catalog.study_names import (
    StudyMember,
    StudyName,
    name_by_accession,
    name_by_folder,
    name_by_list,
    name_by_members,
    tell_apart,
)
from sitegen.catalog.titles import make_titles
from sitegen.config.settings import StudySettings
from sitegen.model import Crate, Entry, Study, StudyOrigin

_ACCESSION = re.compile(
    r"(?<![a-z0-9])(idr[0-9]{4}|s-bi?[a-z]{2,4}[0-9]+|empiar-[0-9]{4,6})(?![a-z0-9])", re.IGNORECASE
)
"""Studies of the Image Data Resource (https://idr.openmicroscopy.org/about/submission.html), of BioStudies with the
BioImage Archive (https://www.ebi.ac.uk/biostudies/help) and of EMPIAR (https://www.ebi.ac.uk/empiar/faq)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What identifies a study, and where that was stated."""

    id: str
    taken_from: StudyOrigin
    name: str = ""
    """Its name, where it is stated."""
    address: str = ""
    """Of the list or folder that it is, where it is one."""
    settings: StudySettings | None = None


_T = TypeVar("_T")
StatedStudy = tuple[str, str, str, str, str, str, _Key | None]
"""Of a dataset: address, name, description, institution, first list, origin; its study, by rules that ask it alone."""


def state_study(entry: Entry, crate: Crate | None, configured: Sequence[StudySettings] = ()) -> StatedStudy:
    """Return what a dataset states of its study. crate: its RO-Crate. configured: the studies of the configuration."""
    key = _by_configuration(entry, configured) or _by_column(entry)
    key = key or _by_crate(crate) or _by_accession(entry)
    return (
        entry.url,
        entry.name or (crate.name if crate else "") or "",
        entry.description or (crate.description if crate else "") or "",
        entry.source or "",
        entry.places[0].csv if entry.places else "",
        entry.origin or "",
        key,
    )


class StudyFinder:
    """Finds the study of every dataset: add what each one states, in the order of the lists, then ask for all.

    Of each dataset it keeps a few texts, so that entries are read only once, which may be encoded.
    """

    def __init__(self) -> None:
        self._stated: list[StatedStudy] = []
        self._known: dict[Any, Any] = {}
        """Values that several datasets may have in common, so that each is in memory once."""

    def add(self, stated: StatedStudy) -> None:
        """Add a dataset."""
        share = self._share
        url, name, description, source, csv, origin, key = stated
        self._stated.append(
            (url, share(name), share(description), share(source), share(csv), share(origin), share(key))
        )

    def members(self) -> list[StudyMember]:
        """Return what is known of each dataset."""
        titles = make_titles([url for url, *_ in self._stated])
        return [
            StudyMember(url=url, title=title, name=name, description=description, source=source, csv=csv)
            for title, (url, name, description, source, csv, *_) in zip(titles, self._stated, strict=True)
        ]

    def studies(self, members: Sequence[StudyMember]) -> tuple[Study | None, ...]:
        """Return the study of each dataset. members: of `members`."""
        rules = _Rules(self._stated)
        return _make_studies([self._share(rules.key(each)) for each in self._stated], members)

    def _share(self, value: _T) -> _T:
        shared: _T = self._known.setdefault(value, value)
        return shared


def _make_studies(keys: Sequence[_Key | None], every: Sequence[StudyMember]) -> tuple[Study | None, ...]:
    """Return the study of each dataset. keys: what identifies it."""
    grouped: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        if key:
            grouped[key.id].append(at)
    members = {id_: [every[at] for at in group] for id_, group in grouped.items()}
    first = {id_: key for id_, group in grouped.items() if (key := keys[group[0]])}
    names = tell_apart({id_: _name(key, members[id_]) for id_, key in first.items()}, members)
    studies = {id_: _make_study(key, len(members[id_]), names[id_]) for id_, key in first.items()}
    stated = {(key.id, key.taken_from) for key in keys if key}
    of_key = {each: replace(studies[each[0]], taken_from=each[1]) for each in stated}
    return tuple(of_key[key.id, key.taken_from] if key else None for key in keys)


class _Rules:
    """The rules that need to know of all datasets, after those that ask one dataset alone."""

    def __init__(self, stated: Sequence[StatedStudy]) -> None:
        origins: dict[str, list[str]] = defaultdict(list)
        folders: Counter[str] = Counter()
        for url, *_, csv, origin, _key in stated:
            origins[csv].append(origin)
            folders[_folder(url)] += 1
        self._lists = origins.keys() - {""}
        self._list_names = Counter(map(urls.tail, self._lists))
        self._by_origin = {
            origin: _Key(id=_id_of(origin), taken_from="origin") for origin in _grouping_origins(origins) if origin
        }
        self._folders = {folder for folder, count in folders.items() if 1 < count < len(stated)}

    def key(self, stated: StatedStudy) -> _Key | None:
        """Return the study of a dataset by the first rule that applies."""
        url, *_, csv, origin, key = stated
        return key or self._by_origin.get(origin) or self._by_list(csv) or self._by_folder(url)

    def _by_list(self, csv: str) -> _Key | None:
        if len(self._lists) < 2 or not csv:
            return None
        name = urls.tail(csv)
        # The path of a local list depends on the folder in which sitegen runs; an id must not.
        identity = csv if urls.is_remote(csv) or self._list_names[name] > 1 else name
        return _Key(id=_id_of(identity), taken_from="list", address=csv)

    def _by_folder(self, url: str) -> _Key | None:
        folder = _folder(url)
        if folder not in self._folders:
            return None
        return _Key(id=_id_of(folder), taken_from="url", address=folder)


def _grouping_origins(of_lists: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the origins that are studies: those that several datasets share, and the others of a list in which most
    datasets share theirs with another.

    of_lists: the origins of the datasets of each list; of those that no list names, those without a name.
    """
    stated = {csv: [origin for origin in origins if origin] for csv, origins in of_lists.items()}
    counts = Counter(origin for origins in stated.values() for origin in origins)
    found = {origin for origin, count in counts.items() if count > 1}
    for csv, origins in stated.items():
        if csv and sum(counts[origin] > 1 for origin in origins) * 2 > len(origins):
            found.update(origins)
    return found


def _by_configuration(entry: Entry, configured: Sequence[StudySettings]) -> _Key | None:
    if not configured:
        return None
    lists = {form for place in entry.places for form in (place.csv, urls.tail(place.csv))}
    matching = [each for each in configured if entry.url.startswith(each.match) or each.match in lists]
    if not matching:
        return None
    best = max(matching, key=lambda each: len(each.match))
    return _Key(id=urls.slug(best.name), taken_from="configuration", name=best.name, settings=best)


def _by_column(entry: Entry) -> _Key | None:
    name = next((text for header, text in entry.extra.items() if header.lower() == "study" and text.strip()), "")
    return _Key(id=urls.slug(name), taken_from="csv", name=name) if name else None


def _by_crate(crate: Crate | None) -> _Key | None:
    if crate is None or not (crate.part_of or crate.part_of_name):
        return None
    stated = crate.part_of or crate.part_of_name or ""
    accession = _ACCESSION.search(stated)
    id_ = accession[0].lower() if accession else _id_of(stated)
    text = "" if accession or urls.has_scheme(stated) else stated
    return _Key(id=id_, taken_from="ro-crate", name=crate.part_of_name or text)


def _by_accession(entry: Entry) -> _Key | None:
    stated: tuple[tuple[StudyOrigin, str], ...] = (
        ("origin", entry.origin or ""),
        ("url", unquote(urls.split(entry.url)[1])),
        ("list", urls.tail(entry.places[0].csv) if entry.places else ""),
    )
    for taken_from, text in stated:
        if found := _ACCESSION.search(text):
            return _Key(id=found[0].lower(), taken_from=taken_from)
    return None


@lru_cache(maxsize=4096)  # lists and folders name many datasets each
def _id_of(address: str) -> str:
    """Return an id that is readable and depends on the address alone, whatever a stranger wrote as one."""
    try:
        return urls.dataset_id(address)
    except ValueError:
        return urls.slug(address)


def _folder(url: str) -> str:
    return url.rpartition("/")[0]


def _make_study(key: _Key, datasets: int, name: StudyName) -> Study:
    settings = key.settings
    return Study(
        id=key.id,
        name=name.text,
        taken_from=key.taken_from,
        named_by=name.taken_from,
        url=settings.url if settings else None,
        citation=settings.citation if settings else None,
        datasets=datasets,
    )


def _name(key: _Key, members: Sequence[StudyMember]) -> StudyName:
    """Return the name that is stated, else one that is made of what the study was recognized by."""
    if key.name and key.taken_from in ("configuration", "csv", "ro-crate"):
        return StudyName(text=key.name, taken_from=key.taken_from)
    if _ACCESSION.fullmatch(key.id):
        return name_by_accession(key.id if key.id.startswith("idr") else key.id.upper(), members)
    if key.taken_from == "list":
        return name_by_list(key.address, members)
    return name_by_folder(key.address, members) if key.address else name_by_members(members)


def list_studies(of_datasets: Iterable[Study | None]) -> tuple[Study, ...]:
    """Return every study once, in the order in which the lists first name a dataset of it."""
    found: dict[str, Study] = {}
    for study in of_datasets:
        if study:
            found.setdefault(study.id, study)
    return tuple(found.values())
