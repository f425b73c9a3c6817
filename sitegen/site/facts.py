"""What pages say of a dataset in a few words, made from the table of fields. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Record
from sitegen.site.fields import Field, FieldPlace, fields_in
from sitegen.site.structured import is_web

_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value; `href` where it leads somewhere, `note` in smaller letters."""

    label: str
    text: str
    href: str = ""
    note: str = ""


def make_facts(record: Record, place: FieldPlace) -> tuple[Fact, ...]:
    """Return what is said of a dataset in one place of its page."""
    facts = (_fact(field, record) for field in fields_in(place) if field.on_page(record))
    return tuple(fact for fact in facts if fact.text)


def linked(label: str, value: str | None, href: str | None, note: str = "") -> Fact:
    """Return a fact that leads to `href`, where that is an address."""
    text = formatting.shorten(value, _LONGEST_TEXT)
    return Fact(label=label, text=text, href=href if href and is_web(href) else "", note=note)


def card_facts(record: Record) -> str:
    """Return the one line of facts of a card: `3-D + c · 2,048 × 2,048 × 31 · 1.47 GB`."""
    texts = (field.text(record) for field in fields_in("card"))
    return " · ".join(text for text in texts if text)


def _fact(field: Field, record: Record) -> Fact:
    text = field.text(record)
    if not text:
        return Fact(label=field.label, text=field.absent)
    href = field.link(record) if field.link else None
    return linked(field.label, text, href, field.note(record) if field.note else "")
