"""What a dataset's page says of it at one glance: the table of `fields`, in the forms of the page.

Most fields are a name and words. Those that lead somewhere, or say more in smaller
letters, have a form of their own here; what is not known is absent. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sitegen import formatting
from sitegen.model import Record
from sitegen.ome.licenses import plain_words
from sitegen.ome.ontology import iri
from sitegen.site.fields import Field, fields_in
from sitegen.site.structured import is_web

_LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value; `href` where it leads somewhere, `note` in smaller letters."""

    label: str
    text: str
    href: str = ""
    note: str = ""


def facts_of(record: Record) -> tuple[Fact, ...]:
    """Return what the page says of a dataset at one glance: the fields with the place `page`."""
    facts = [_FACTS.get(field.key, _plain)(field, record) for field in fields_in("page")]
    return tuple(fact for fact in facts if fact.text)


def _plain(field: Field, record: Record) -> Fact:
    return Fact(label=field.label, text=field.text(record))


def linked(label: str, value: str | None) -> Fact:
    """Return a fact that leads to its value, where that is an address."""
    text = formatting.shorten(value, _LONGEST_VALUE)
    return Fact(label=label, text=text, href=value if value and is_web(value) else "")


def _linked_field(field: Field, record: Record) -> Fact:
    return linked(field.label, field.text(record))


def _term(field: Field, record: Record) -> Fact:
    term = field.value(record)
    if not isinstance(term, str):
        return Fact(label=field.label, text="")
    text = field.text(record)
    return Fact(label=field.label, text=text, href=iri(term) or "", note=term if text != term else "")


def _licence(field: Field, record: Record) -> Fact:
    if record.license is None:
        return Fact(label=field.label, text="Not stated: ask before you reuse it")
    said = plain_words(record.license)
    url = record.license.url or ""
    text = formatting.shorten(field.text(record), 200)
    return Fact(label=field.label, text=text, href=url if is_web(url) else "", note=said)


def _pixels(field: Field, record: Record) -> Fact:
    return Fact(label=field.label, text=field.text(record), note=record.found.dtype or "")


def _bytes(field: Field, record: Record) -> Fact:
    unpacked = (
        f"{formatting.size(record.found.bytes_uncompressed)} uncompressed" if record.found.bytes_uncompressed else ""
    )
    return Fact(label=field.label, text=field.text(record), note=unpacked)


def _images(field: Field, record: Record) -> Fact:
    return Fact(label=field.label, text=field.text(record) if (record.found.images or 0) > 1 else "")


_FACTS: Mapping[str, Callable[[Field, Record], Fact]] = MappingProxyType(
    {
        "source": _linked_field,
        "organism": _term,
        "modality": _term,
        "pixels": _pixels,
        "bytes": _bytes,
        "images": _images,
        "license": _licence,
        "origin": _linked_field,
    }
)
"""Field → its form on the page, where that is more than a name and words."""
