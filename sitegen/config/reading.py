"""Reads tables of TOML into dataclasses whose fields declare what they accept, and collects every mistake.

The declarations are those of `settings`; what is here knows no key. A mistake is one line: the file, the line of the
key, the key, what was expected, what was found.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from sitegen.config.checks import Check, constrained
from sitegen.config.toml import Keys, find_line

T = TypeVar("T")


@cache
def checks_of(kind: type) -> Mapping[str, Check[Any]]:
    """Return the check of each field of a class that is a key."""
    types = get_type_hints(kind, include_extras=True)
    plain = (each for each in fields(kind) if "check" in each.metadata)
    return {each.name: each.metadata["check"] or constrained(types[each.name]) for each in plain}


def name_of(each: Field[Any]) -> str:
    return str(each.metadata.get("name", each.name))


class ConfigReader:
    """Reads one file and collects its mistakes, as pairs of line and message."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.mistakes: list[tuple[int, str]] = []
        self._top: tuple[str, ...] = ()

    def add_mistake(self, where: Keys, message: str) -> None:
        """Add the mistake of a key."""
        line = find_line(self.text, where)
        shown = ".".join(part for part in where if isinstance(part, str))
        self.mistakes.append((line, f"{self.path}:{line}: {shown}: {message}"))

    def table(self, kind: type[T], values: object, where: Keys) -> T | None:
        """Return the value of a table; None if it is invalid, which adds a mistake."""
        if not isinstance(values, Mapping):
            self.add_mistake(where, f"expected a table, [{where[0]}], found {show_value(values)}")
            return None
        before, checks = len(self.mistakes), checks_of(cast(Any, kind))
        known = {name_of(each): each for each in fields(cast(Any, kind))}
        self._top = self._top or tuple(known)
        for name in values.keys() - known.keys():
            misplaced = f"did you mean {name} at the top of the file, above the first [table]?"
            hint = misplaced if where and name in self._top else _suggest(name, tuple(known))
            self.add_mistake((*where, name), f"unknown key; {hint}")
        read = {
            each.name: self.value(each, checks.get(each.name), values[name], (*where, name))
            for name, each in known.items()
            if name in values
        }
        for name, each in known.items():
            if name not in values and each.default is MISSING and each.default_factory is MISSING:
                self.add_mistake((*where, name), f"missing; expected {checks[each.name].expected}")
        return kind(**read) if len(self.mistakes) == before else None

    def value(self, each: Field[Any], check: Check[Any] | None, value: object, where: Keys) -> object:
        """Return the value of a key; None if it is invalid, which adds a mistake."""
        if check is None and "table" in each.metadata:
            return self.table(each.metadata["table"], value, where)
        if check is None:
            return self.tables(each.metadata["tables"], value, where)
        try:
            return check.read(value, self.path.parent)
        except ValueError as error:
            self.add_mistake(where, f"expected {check.expected}, found {str(error) or show_value(value)}")
            return None

    def tables(self, kind: type[T], value: object, where: Keys) -> tuple[T | None, ...]:
        """Return the values of an array of tables."""
        if not isinstance(value, list):
            self.add_mistake(where, f"expected tables, [[{where[0]}]], found {show_value(value)}")
            return ()
        return tuple(self.table(kind, each, (*where, number)) for number, each in enumerate(value))


def _suggest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"


def show_value(value: object) -> str:
    """Return a value as JSON, shortened, for a message."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"
