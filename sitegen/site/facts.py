"""What pages say of a dataset in a few words, made from the table of fields. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sitegen import formatting
from sitegen.model import Record
from sitegen.site.columns import plain
from sitegen.site.field import Field, FieldPlace
from sitegen.site.fields import fields_in
from sitegen.site.structured import is_web
from sitegen.site.values import heading

_LONGEST_FACT = 80
"""Characters of one fact of a card."""
_LONGEST_TEXT = 300
_NO_BREAK = "\N{NO-BREAK SPACE}"
_BETWEEN = f"{_NO_BREAK}· "
"""Between texts of a card; a line never begins with the dot."""
_LONGEST_UNBROKEN = 12
"""Letters of a fact that stands in one line, as a size does with its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value; `href` where it leads somewhere, `note` in smaller letters."""

    label: str
    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTexts:
    """What a card says below its picture; each is a line, and empty where nothing is known."""

    context: str
    """Institution and study."""
    title: str
    """What tells it from the others of its study."""
    subject: str
    """Organism and imaging method."""
    facts: str
    """Dimensions in words, size, license."""


def make_facts(
    record: Record, place: FieldPlace, *, of_image: bool | None = None, without: frozenset[str] = frozenset()
) -> tuple[Fact, ...]:
    """Return what is said of a dataset in one place of its page.

    of_image: only what is said of the image that is shown, or only what is said of the whole; all if not given.
    without: keys of fields that the place says elsewhere.
    """
    facts = (
        _fact(field, record)
        for field in fields_in(place)
        if field.on_page(record) and of_image in (None, field.of_image) and field.key not in without
    )
    return tuple(fact for fact in facts if fact.text)


def linked(label: str, value: str | None, href: str | None, note: str = "") -> Fact:
    """Return a fact that leads to `href`, where that is an address."""
    text = formatting.shorten(value, _LONGEST_TEXT)
    return Fact(label=label, text=text, href=href if href and is_web(href) else "", note=note)


def make_card_texts(record: Record, *, source: bool = True, study: bool = True) -> CardTexts:
    """Return the texts of a card. source, study: whether institution and study are among them."""
    title, name = heading(record), record.study.name if record.study else ""
    above = _without_repeats(((record.source or "") if source else "", _before(name, title) if study else ""), title)
    subject = (field.card_text(record) for field in fields_in("subject"))
    return CardTexts(
        context=_BETWEEN.join(above),
        title=title,
        subject=_BETWEEN.join(_without_repeats(subject, title, name)),
        facts=card_facts(record),
    )


def _before(name: str, title: str) -> str:
    """Return the name of a study without the title of its one dataset at its end."""
    rest = name[: -len(title)] if name.casefold().endswith(title.casefold()) else ""
    return rest.rstrip(" :,") if rest.endswith(" ") else name


def card_facts(record: Record) -> str:
    """Return the one line of facts of a card: `3-D, 2 channels, 120 time points · 1.47 GB · CC BY 4.0`."""
    texts = (field.card_text(record) for field in fields_in("card"))
    return _BETWEEN.join(_in_one_line(formatting.shorten(text, _LONGEST_FACT)) for text in texts if text)


def _in_one_line(text: str) -> str:
    return text.replace(" ", _NO_BREAK) if len(text) <= _LONGEST_UNBROKEN else text


def _without_repeats(texts: Iterable[str], *said: str) -> list[str]:
    """Return the texts, in order, without those that what is `said` or another of them says already, whatever the
    case, accents, hyphens and underscores."""
    given = {plain(text): text for text in texts if text}
    about = " ".join(map(plain, said))
    return [
        text
        for key, text in given.items()
        if not _says(about, key) and not any(other != key and _says(other, key) for other in given)
    ]


def _says(text: str, other: str) -> bool:
    """Return whether a text contains another as whole words: `idr0013` does not say `idr`."""
    return other in text and re.search(rf"(?<!\w){re.escape(other)}(?!\w)", text) is not None


def _fact(field: Field, record: Record) -> Fact:
    text = field.text(record)
    if not text:
        return Fact(label=field.label, text=field.absent)
    href = field.link(record) if field.link else None
    return linked(field.label, text, href, field.note(record) if field.note else "")
