"""An entry and its findings become a record.

What lists state and what the dataset holds are merged here, and only here. The dataset's own axes, shape,
chunks, shards and number of images beat what a list states of them; a list's own name, description, license,
organism, imaging method and stored size beat what the dataset or its RO-Crate says. `provenance` names for
each value the origin that was chosen. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import TypeVar

from sitegen import urls
from sitegen.catalog.terms import make_term, validate_terms
from sitegen.model import Axis, Crate, Entry, Findings, License, Problem, PublicFindings, Record, Study, StudyRef
from sitegen.model.codes import make_problem
from sitegen.ome.licenses import read_license

_T = TypeVar("_T")
_NO_CRATE = Crate()
_PUBLIC = tuple(field.name for field in fields(PublicFindings))
_read_public = attrgetter(*_PUBLIC)


class Provenance:
    """Chooses between what several origins state for one key, and keeps which was chosen."""

    def __init__(self) -> None:
        self.origins: dict[str, str] = {}

    def first(self, key: str, *candidates: tuple[str, _T | None]) -> _T | None:
        """Return the first candidate that is stated, and keep its origin for `key`."""
        for origin, value in candidates:
            if value is not None and value != "" and value != ():
                self.origins[key] = origin
                return value
        return None


def make_record(
    entry: Entry,
    found: Findings,
    *,
    title: str,
    short_title: str = "",
    study: Study | None = None,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Record:
    """Return what the catalog says of one dataset.

    title: what to call it where neither a list nor its RO-Crate names it. short_title: of `make_short_titles`.
    study: the one that it belongs to. labels: of terms that the built-in table lacks.
    """
    crate, chosen = found.crate or _NO_CRATE, Provenance()
    name = chosen.first("name", ("csv", entry.name), ("ro-crate", crate.name))
    written = chosen.first("license", ("csv", entry.license), ("ro-crate", crate.license))
    license_ = _license(written) if written else None
    description = chosen.first("description", ("csv", entry.description), ("ro-crate", crate.description))
    creators = chosen.first("creators", ("csv", entry.creators), ("ro-crate", crate.creators))
    of_study = (study.citation,) if study and study.citation else ()
    organism = make_term(chosen.first("organism", ("csv", entry.organism_id), ("ro-crate", crate.organism)), labels)
    modality = make_term(chosen.first("modality", ("csv", entry.fbbi_id), ("ro-crate", crate.modality)), labels)
    problems = (
        *validate_terms(organism, modality, f"{name or ''} {description or ''}"),
        *_validate_license(license_),
    )
    return Record(
        id=urls.dataset_id(entry.url),
        url=entry.url,
        title=chosen.first("title", (chosen.origins.get("name", ""), name), ("url", title)) or title,
        short_title=short_title,
        name=name,
        description=description,
        origin=chosen.first("origin", ("csv", entry.origin)),
        source=chosen.first("source", ("csv", entry.source)),
        study=chosen.first("study", (study.taken_from, StudyRef(id=study.id, name=study.name))) if study else None,
        lists=entry.places,
        license=license_,
        creators=creators or (),
        publisher=chosen.first("publisher", ("ro-crate", crate.publisher)),
        published=chosen.first("published", ("ro-crate", crate.published)),
        data_version=chosen.first("data_version", ("ro-crate", crate.version)),
        doi=chosen.first("doi", ("ro-crate", crate.doi)),
        citations=chosen.first("citations", ("ro-crate", crate.citations), ("configuration", of_study)) or (),
        ro_crate=True if found.crate else None,
        organism=organism,
        modality=modality,
        found=_completed(found, entry, chosen, problems),
        provenance=chosen.origins,
        extra=entry.extra,
    )


def _completed(found: Findings, entry: Entry, chosen: Provenance, problems: Sequence[Problem]) -> PublicFindings:
    """Return what was found, completed with what the lists state, and with problems of what they state."""
    best = found.levels[0] if found.levels else None
    listed_axes = tuple(Axis(name=name) for name in entry.dimension_names or ())
    return PublicFindings(
        **{
            **dict(zip(_PUBLIC, _read_public(found), strict=True)),
            "axes": chosen.first("axes", ("zarr", found.axes), ("csv", listed_axes)),
            "shape": chosen.first("shape", ("zarr", best.shape if best else None), ("csv", entry.shape)),
            "chunks": chosen.first("chunks", ("zarr", best.chunks if best else None), ("csv", entry.chunks)),
            "shards": best.shards if best else chosen.first("shards", ("csv", entry.shards)),
            "images": chosen.first("images", ("zarr", found.images), ("csv", entry.images)),
            "bytes": chosen.first("bytes", ("csv", entry.stored_bytes), ("zarr", found.bytes_written)),
            "problems": (*found.problems, *problems),
        }
    )


@lru_cache(maxsize=4096)  # datasets share them
def _license(written: str) -> License:
    """Return the license; one that is neither known nor an address keeps its text."""
    found = read_license(written)
    return found if found.id or found.url else replace(found, text=written)


def _validate_license(license_: License | None) -> Iterator[Problem]:
    """Yield a problem for a text that is no license: nobody can tell from it what they may do."""
    if license_ and license_.text:
        yield make_problem(
            "license-unknown",
            "license",
            f"expected an SPDX identifier, the name of a license, or its address, found {license_.text[:80]!r}",
        )
