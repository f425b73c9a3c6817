"""Ontology terms: one spelling for each, its label in the ontology, its other names, and the terms above it.

They come from the tables beside this module, which name their sources and licenses: `fbbi.tsv` (imaging
methods, made by `tools/fbbi_table.py`), `taxa.tsv` (organisms) and `terms.json` (the few others, and our own
names). Nothing is looked up online. A term without a label is shown by its CURIE, such as `FBbi:00000246`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import TypedDict, cast

_OBO = re.compile(r"(?:obo:|https?://purl\.obolibrary\.org/obo/)", re.IGNORECASE)
_TAXON = re.compile(r"(?:(?:NCBI:)?txid|NCBITaxon[_:]|taxonomy:)([0-9]{1,12})", re.IGNORECASE)
_OTHER = re.compile(r"([A-Za-z]{2,6})[_:]([A-Za-z0-9]{1,20})")
_PREFIXES = {prefix.upper(): prefix for prefix in ("FBbi", "OBI", "MI", "NCIT", "EFO", "CHMO")}
_CURIE = re.compile(rf"NCBITaxon:[0-9]{{1,12}}|(?:{'|'.join(_PREFIXES.values())}):[A-Za-z0-9]{{1,20}}")


_TOO_WIDE = frozenset(f"FBbi:{local}" for local in ("root:00000000", "00000222", "00000265", "00000343"))
"""Terms that nobody asks for: "recorded image", "microscopy with lenses"."""


class _Stated(TypedDict, total=False):
    label: str
    also: list[str]
    parents: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """A term, as the tables have it."""

    label: str | None = None
    names: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@lru_cache(maxsize=4096)  # datasets share them
def normalize_term(text: str) -> str:
    """Return the CURIE of a term in any of its spellings, such as `NCBITaxon:9606`; other text as written, trimmed."""
    written = text.strip()
    begin = _OBO.match(written)
    name = written[begin.end() :] if begin else written
    if taxon := _TAXON.fullmatch(name):
        return f"NCBITaxon:{taxon[1]}"
    other = _OTHER.fullmatch(name)
    if other and other[1].upper() in _PREFIXES:
        return f"{_PREFIXES[other[1].upper()]}:{other[2]}"
    return written


def is_known(curie: str) -> bool:
    """Return whether a normalized term belongs to an ontology that we know, labeled here or not."""
    return bool(_CURIE.fullmatch(curie))


def label_of(curie: str) -> str | None:
    """Return the label of a normalized term in its ontology; None if the tables lack it."""
    return _terms().get(curie, _UNKNOWN).label


def other_names(curie: str) -> tuple[str, ...]:
    """Return the names, other than its label, that people search a term by, such as `human`."""
    return _terms().get(curie, _UNKNOWN).names


def parents_of(curie: str) -> tuple[str, ...]:
    """Return the next wider terms; in place of one that is too wide to tell datasets apart, those above it."""
    parents = _terms().get(curie, _UNKNOWN).parents
    wider = ((each,) if each not in _TOO_WIDE else parents_of(each) for each in parents)
    return tuple(dict.fromkeys(chain.from_iterable(wider)))


def wider_terms(curie: str) -> tuple[str, ...]:
    """Return all terms above a term, each once, nearer ones first."""
    found: dict[str, None] = {}
    above = parents_of(curie)
    while above:
        found |= dict.fromkeys(above)
        above = tuple(wider for each in above for wider in parents_of(each) if wider not in found)
    return tuple(found)


def named_terms() -> tuple[str, ...]:
    """Return all terms that people search by another name than their label."""
    return tuple(curie for curie, term in _terms().items() if term.names)


def iri(curie: str) -> str | None:
    """Return the address of a normalized term; None for other text."""
    prefix, _, local = curie.partition(":")
    return f"http://purl.obolibrary.org/obo/{prefix}_{local}" if is_known(curie) else None


def contradiction(curie: str, text: str) -> str | None:
    """Return the word of a description that names another species than the taxon; None if none does.

    Only cell lines and plain names are known: one published dataset gives HeLa cells the taxon of orangutans.
    Nothing is returned where the text names several species, or the right one among them.
    """
    words = set(re.findall(r"[a-z0-9-]+", text.lower()))
    named = {word: taxon for word, taxon in _species().items() if word in words}
    if not curie.startswith("NCBITaxon:") or len(set(named.values())) != 1 or curie in named.values():
        return None
    return min(named)


_UNKNOWN = _Term()


@cache
def _terms() -> Mapping[str, _Term]:
    """Return all terms by their CURIE."""
    terms = {
        f"FBbi:{local}": _Term(
            label=label,
            names=tuple(filter(None, names.split("|"))),
            parents=tuple(f"FBbi:{parent}" for parent in parents.split()),
        )
        for local, label, parents, names in _rows("fbbi.tsv")
    }
    terms |= {
        f"NCBITaxon:{local}": _Term(
            label=label,
            names=tuple(filter(None, names.split("|"))),
            parents=(f"NCBITaxon:{group}",) if group else (),
        )
        for local, label, group, names in _rows("taxa.tsv")
    }
    return terms | {curie: _extended(terms.get(curie, _UNKNOWN), ours) for curie, ours in _stated().items()}


def _extended(term: _Term, ours: _Stated) -> _Term:
    return _Term(
        label=ours.get("label", term.label),
        names=tuple(dict.fromkeys((*ours.get("also", ()), *term.names))),
        parents=tuple(dict.fromkeys((*ours.get("parents", ()), *term.parents))),
    )


def _rows(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table of tab-separated values; lines that begin with `#` are comments."""
    for line in _read(name).splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@cache
def _table() -> Mapping[str, object]:
    return cast(Mapping[str, object], json.loads(_read("terms.json")))


def _read(name: str) -> str:
    return files("sitegen.ome").joinpath(name).read_text(encoding="utf-8")


def _stated() -> Mapping[str, _Stated]:
    return cast(Mapping[str, _Stated], _table()["terms"])


def _species() -> Mapping[str, str]:
    return cast(Mapping[str, str], _table()["words"])
