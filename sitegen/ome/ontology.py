"""Ontology terms: one spelling for each, and its label in the ontology.

Labels come from `terms.json` beside this module, which names their sources and licenses;
nothing is looked up online. A term without a label is shown by its CURIE, such as
`FBbi:00000246`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

_OBO = re.compile(r"(?:obo:|https?://purl\.obolibrary\.org/obo/)", re.IGNORECASE)
_TAXON = re.compile(r"(?:NCBI:txid|NCBITaxon[_:])([0-9]{1,12})", re.IGNORECASE)
_OTHER = re.compile(r"([A-Za-z]{2,6})[_:]([A-Za-z0-9]{1,20})")
_PREFIXES = {prefix.upper(): prefix for prefix in ("FBbi", "OBI", "MI", "NCIT", "EFO", "CHMO")}
_CURIE = re.compile(rf"NCBITaxon:[0-9]{{1,12}}|(?:{'|'.join(_PREFIXES.values())}):[A-Za-z0-9]{{1,20}}")


class _Entry(TypedDict, total=False):
    label: str
    also: list[str]


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
    """Return the label of a normalized term in its ontology; None if the table lacks it."""
    return _terms().get(curie, {}).get("label")


def other_names(curie: str) -> tuple[str, ...]:
    """Return the names, other than its label, that people search a term by, such as `human`."""
    return tuple(_terms().get(curie, {}).get("also", ()))


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


@cache
def _table() -> Mapping[str, object]:
    text = files("sitegen.ome").joinpath("terms.json").read_text(encoding="utf-8")
    return cast(Mapping[str, object], json.loads(text))


def _terms() -> Mapping[str, _Entry]:
    return cast(Mapping[str, _Entry], _table()["terms"])


def _species() -> Mapping[str, str]:
    return cast(Mapping[str, str], _table()["words"])
