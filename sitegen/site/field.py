"""What a row of the table of fields states: how one thing about a dataset is read, worded, linked and searched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sitegen import formatting
from sitegen.model import Record

FieldPlace = Literal[
    "page", "use", "plate", "subject", "card", "facet", "range", "sort", "table", "search", "ask", "export"
]
Value = str | int | float | None
Unit = Literal["", "bytes", "px", "um"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that the site says about a dataset."""

    key: str
    """Its name in addresses, search files and exports; a promise to those who keep links."""
    label: str
    """What people read above it."""
    value: Callable[[Record], Value]
    """Record → what it says; facets hold it as text, ranges and sorts of numbers as a number."""
    places: frozenset[FieldPlace]
    """Where it is used. `page`: facts of the dataset's page; `use`: what may be done with it, there; `plate`: facts of
    its plate there; `subject`: the line of a card that says what is seen, and how; `card`: its line of facts; `search`:
    words of a query find its names; `ask`: a query can name it, as in `z:>100`."""
    words: Callable[[Record], str] | None = None
    """Record → how it reads; its value as text where this is left out."""
    card_words: Callable[[Record], str] | None = None
    """Record → how a card says it, without a label beside it; as elsewhere where this is left out."""
    number: bool = False
    """Whether its value is a number: a whole one, but for lengths in micrometers; ranges are made of numbers alone."""
    unit: Unit = ""
    """Of a number."""
    is_date: bool = False
    """Whether its value is a date: sorted, the newest come first or last."""
    link: Callable[[Record], str | None] | None = None
    """Record → where its words lead on the page, if that is a web address."""
    note: Callable[[Record], str] | None = None
    """Record → what the page adds in smaller letters."""
    absent: str = ""
    """What the page says where it is not stated; left out where this is empty."""
    of_image: bool = False
    """Whether it says something of the image that is shown, not of the whole dataset, where that holds several."""
    applies: Callable[[Record], bool] = lambda record: True
    """Whether it could be said of this dataset; asked where it is not stated: an image has no wells."""
    on_page: Callable[[Record], bool] = lambda record: True
    """Whether the page says it of this dataset."""
    asked: tuple[str, ...] = ()
    """What it is called in a query, besides its key: `size` in `size:<5GB`."""
    names: Callable[[str], tuple[str, ...]] | None = None
    """Value as text → what people call it, for the places `search` and `ask`; its words and itself where left out."""
    whole: bool = False
    """Whether a query names values as a whole: `uint1` is no part of `uint16`."""
    wider: Callable[[str], tuple[str, ...]] | None = None
    """Value → all values that comprise it, nearer ones first; its facet is a tree then."""
    label_of: Callable[[str], str | None] | None = None
    """A value that no record states, but that comprises others → how it reads."""

    def text(self, record: Record) -> str:
        """Return how it reads; empty where it is not stated."""
        return self.value_text(self.value(record)) if self.words is None else self.words(record)

    def value_text(self, value: Value) -> str:
        """Return how a value reads where the field has no words of its own."""
        return formatting.count(value) if isinstance(value, int) else "" if value is None else str(value)

    def card_text(self, record: Record) -> str:
        """Return how it reads on a card; empty where it is not stated."""
        return self.card_words(record) if self.card_words else self.text(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A text of a dataset that the search looks into, besides the stem of its address."""

    key: str
    value: Callable[[Record], str | None]
    weight: Literal["name", "description", "rest"]
    """How a match in it ranks; one in the stem ranks above all of them."""
