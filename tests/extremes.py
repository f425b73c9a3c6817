"""Records whose every field has an extreme value that a list or a dataset may state."""

from __future__ import annotations

import random
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sitegen.model import PublicFindings, Record
from sitegen.urls import dataset_id

INTEGERS = (0, 1, 2**31, 2**53 + 1, 2**63 - 1)
"""What `read_index` in `sitegen/ome/values.py` takes, and the largest."""
NUMBERS = (0.0, -0.0, 1e-320, 5e-324, 1e308, -1e308, 0.1, 1e22)
TEXTS = (
    *("", " ", "\0", "\x1b[2J\x07\x7f\x85", "\u202eرقم\u202c", "\n\r\n\u2028", "{{ 7*7 }}{% x %}", "%s%(x)s{0}{x}"),
    *("=1+1", "../../x", "\\", "-", "\uffff", "e\u0301" * 500, "🔬" * 300, "]]>", "NaN", "1e999", "http://[", ":"),
    *("<script>", "²", "9" * 5_000, "x" * 100_000, "a b " * 10_000, "https://a b/", "mailto:", "0x1F", "[[", "\ufeff"),
)
_MANY = 3_000
_OURS = frozenset(("id", "url", "path", "status", "code", "csv", "published", "orcid", "doi", "color"))
"""Fields whose texts sitegen makes or validates: dates, addresses, colors."""


class _Draws(random.Random):
    """Random choices, and the letters of the longest text that is repeated to make a tuple long."""

    longest = 0


def make_extreme_records(count: int, like: Record, longest: int) -> list[Record]:
    """Return datasets with extreme values; the first have an extreme one in every field, later ones in some fields.

    like: gives the fields that are not extreme.
    longest: what has more letters is not repeated thousands of times. A record has all values and all lengths of tuples
    all the same, but is not 100 MB long, which takes half a minute to write.
    """
    chance = _Draws(0)
    chance.longest = longest
    return [_make_extreme(like, number, chance) for number in range(count)]


def _make_extreme(like: Record, number: int, chance: _Draws) -> Record:
    share = 1 / (1 + number % 6)
    url = f"https://data.example.org/extreme/{number}.zarr"
    found = replace(like.found, **_some(PublicFindings, share, chance))
    return replace(like, **_some(Record, share, chance), found=found, url=url, id=dataset_id(url))


def _some(kind: type, share: float, chance: _Draws) -> dict[str, Any]:
    """Return extreme values of a share of the fields of a dataclass."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind) if each.name not in _OURS | {"found"}]
    chosen = [name for name in names if not name.endswith("_at") and chance.random() < share]
    return {name: _extreme(hints[name], chance) for name in chosen}


def _extreme(hint: Any, chance: _Draws) -> Any:
    """Return an extreme value of a type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _extreme(inner[0], chance) if chance.random() < 0.9 else None
    if origin is Literal:
        return chance.choice(inner)
    if origin is tuple:
        return _extreme_tuple(inner, chance)
    if origin is not None and issubclass(origin, Mapping):
        return {text[:300]: chance.choice(TEXTS) for text in chance.sample(TEXTS, 5)}
    if is_dataclass(hint):
        assert isinstance(hint, type)
        hints = get_type_hints(hint)
        return hint(**{each.name: _own_or_extreme(each.name, hints[each.name], chance) for each in fields(hint)})
    return chance.choice({bool: (True, False), int: INTEGERS, float: NUMBERS, str: TEXTS}[hint])


def _extreme_tuple(inner: tuple[Any, ...], chance: _Draws) -> tuple[Any, ...]:
    if inner[-1] is not Ellipsis:
        return tuple(_extreme(each, chance) for each in inner)
    some = [_extreme(inner[0], chance) for _ in range(chance.choice((0, 1, 5, 32)))]
    is_long = some and inner[0] not in (int, float) and chance.random() < 0.2  # arrays have at most 32 axes
    repeated = [each for each in some if is_long and len(repr(each)) <= chance.longest]
    return (*some, *repeated * (_MANY // max(len(repeated), 1)))


def _own_or_extreme(name: str, hint: Any, chance: _Draws) -> Any:
    """Return an extreme value, or one like those that sitegen makes for such a field."""
    if name not in _OURS or not (hint is str or str in get_args(hint)):
        return _extreme(hint, chance)
    return {"code": "scale-count", "color": "FF0000", "orcid": "0000-0002-1825-0097"}.get(name, "x")
