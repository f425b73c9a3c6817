"""The keys of the configuration, as the documentation lists them, read from the declarations in `settings`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields

from sitegen.config.reading import checks_of, name_of
from sitegen.config.settings import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the configuration, as the documentation lists it."""

    name: str
    """With its tables, such as `crawl.per_host`."""
    expected: str
    default: str
    """As TOML; empty if the key is required or has no default."""
    required: bool
    meaning: str


def keys() -> tuple[Key, ...]:
    """Return every key that a configuration may have, in the order of the documentation."""
    return tuple(_keys_of(Config, ""))


def _keys_of(kind: type, prefix: str) -> Iterator[Key]:
    for each in fields(kind):
        inner = each.metadata.get("table") or each.metadata.get("tables")
        name = prefix + name_of(each)
        if inner:
            yield from _keys_of(inner, f"{name}.")
            continue
        given = each.default not in (MISSING, None)
        yield Key(
            name=name,
            expected=checks_of(kind)[each.name].expected,
            default=_as_toml(each.default) if given else "",
            required=each.default is MISSING,
            meaning=each.metadata["meaning"],
        )


def _as_toml(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)
