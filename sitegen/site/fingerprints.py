"""Fingerprints: digests of what decides the bytes of a site's files, so that a file is made only if they change.

They are of what is shown: the records, but for `checked_at` of datasets that answer, the settings, the templates and
the sources of sitegen. They are compared with those of the last site, and never published.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from operator import attrgetter
from pathlib import Path

import msgspec
import numpy as np

from sitegen.model import Catalog, HostFigures, PublicFindings, Record, Totals
from sitegen.model.changes import Changes
from sitegen.site.resources import bundle_folder, templates_folder
from sitegen.site.values import last_answer, last_change

_DIGEST_BYTES = 16
"""128 bits: two states of one file have to differ, among those that ever were."""
_LIBRARIES = ("jinja2", "markupsafe", "msgspec", "numpy", "pillow", "pyarrow")
"""Libraries that make bytes of a site's files."""
_own = attrgetter(*(each.name for each in fields(Record) if each.name != "found"))
_found = attrgetter(*(each.name for each in fields(PublicFindings) if each.name != "checked_at"))
_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def code_digest() -> str:
    """Return a digest of everything that makes pages and outputs: sources, templates, what pages load, libraries."""
    total = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    folders = ((_PACKAGE, "*.py"), (_PACKAGE, "*.txt"), (templates_folder(), "*"), (bundle_folder(), "*"))
    for path in sorted({path for folder, pattern in folders for path in folder.rglob(pattern) if path.is_file()}):
        body = path.read_bytes()
        total.update(f"{path.parent.name}/{path.name}\0{len(body)}\0".encode())
        total.update(body)
    total.update(repr([(name, _version(name)) for name in _LIBRARIES]).encode())
    return total.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def digest(*values: object) -> str:
    """Return a digest of the code and of some values, which msgspec can write."""
    return hashlib.blake2b(_encoded((code_digest(), values)), digest_size=_DIGEST_BYTES).hexdigest()


class CatalogDigests:
    """Digests of a catalog, each computed once, and the parts of it that they are of.

    What is made of a part cannot depend on the rest, so its digest is the fingerprint of what is made of it.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        ids, found = array("Q"), bytearray()
        for record in catalog.records:
            ids.append(_number(record.id))
            found += bytes.fromhex(record_digest(record))
        self._found = bytes(found)
        """Digests of all records, in their order: 16 bytes each, because a million of them are kept."""
        self._places = np.argsort(np.asarray(ids))
        self._ids = np.asarray(ids)[self._places]
        self._of_hosts: dict[str, tuple[Catalog, str]] = {}
        self._browsers: Mapping[str, HostFigures] = {
            each.host: HostFigures(host=each.host, browsers=each.browsers) for each in catalog.hosts
        }

    def of_record(self, record: Record) -> str:
        """Return the digest of a record of the catalog."""
        start = int(self._places[np.searchsorted(self._ids, np.uint64(_number(record.id)))]) * _DIGEST_BYTES
        return self._found[start : start + _DIGEST_BYTES].hex()

    def of_places(self, places: Sequence[int]) -> list[str]:
        """Return the digests of the records at some places of the catalog."""
        return [self._found[at * _DIGEST_BYTES : (at + 1) * _DIGEST_BYTES].hex() for at in places]

    @property
    def of_records(self) -> str:
        """The digests of all records, in their order."""
        return self._found.hex()

    @cached_property
    def shown(self) -> Catalog:
        """The catalog without what changes with every build, or when datasets were asked and answered the same."""
        dated = last_change(self.catalog.records) is not None
        built_at = "" if dated else self.catalog.built_at
        return replace(self.catalog, built_at=built_at, hosts=(), builds=(), cache_bytes=None)

    @cached_property
    def header(self) -> Catalog:
        """What pages and files of one dataset, study, institution or list may show of the catalog."""
        return replace(
            self.shown,
            built_at="",
            records=(),
            totals=Totals(),
            sources=(),
            studies=(),
            list_problems=(),
            changes=Changes(),
            institutions={},
        )

    @property
    def browsers(self) -> Sequence[HostFigures]:
        """What browsers may do at each host, and nothing else of them."""
        return tuple(self._browsers.values())

    @cached_property
    def of_header(self) -> str:
        """The digest of `header`."""
        return digest(_values(self.header))

    @cached_property
    def of_shown(self) -> str:
        """The digest of `shown`: all records, in their order, and the rest."""
        return digest(_values(replace(self.shown, records=())), self.of_records)

    @cached_property
    def of_answers(self) -> str:
        """A digest of when each dataset last answered, besides that of `shown`."""
        return digest(self.of_shown, [record.found.checked_at for record in self.catalog.records])

    def header_of_host(self, host: str) -> tuple[Catalog, str]:
        """Return `header` with what browsers may do at one host, and its digest."""
        if host not in self._of_hosts:
            hosts = (self._browsers[host],) if host in self._browsers else ()
            self._of_hosts[host] = (replace(self.header, hosts=hosts), digest(self.of_header, hosts))
        return self._of_hosts[host]


def _number(id_: str) -> int:
    """Return a number that no other id has: among a million, two are equal with a probability of 1 in 37 million."""
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest())


def record_digest(record: Record) -> str:
    """Return a digest of a record, but for `checked_at` of one that answers."""
    stated = (_own(record), _found(record.found), last_answer(record))
    return hashlib.blake2b(_encoded(stated), digest_size=_DIGEST_BYTES).hexdigest()


def _encoded(value: object) -> bytes:
    try:
        return msgspec.json.encode(value, enc_hook=_plain)
    except UnicodeEncodeError:  # half a surrogate pair, which the data's own JSON may hold
        return repr(value).encode("ascii", "backslashreplace")


def _plain(value: object) -> object:
    """Return a mapping that is no dict as one."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a fingerprint cannot have {type(value)}")


def _values(catalog: Catalog) -> dict[str, object]:
    """Return the fields of a catalog as values that are the same in each process."""
    return {each.name: _sorted(getattr(catalog, each.name)) for each in fields(catalog)}


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def joined(digests: Iterable[str]) -> str:
    """Return one digest of several, in their order."""
    return hashlib.blake2b("".join(digests).encode(), digest_size=_DIGEST_BYTES).hexdigest()
