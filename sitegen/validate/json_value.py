"""A place in a document, and the few questions that every check is made of.

A `JsonValue` is a JSON value with its pointer. It answers "is there a list of objects at
`datasets`?" with what is there, and writes down a problem where it is not; what was
refused is left out of the answer, so that a check never sees a wrong type and one
mistake gives one problem. A `Log` gathers the problems of one document; it looks each
code up in the table of rules and stays silent where the rule is not in force.

JSON Schema's notions hold: `1.0` is an integer, `true` is no number, `1` equals `1.0`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.validate.rules import IN_FORCE

_TRUTHS = {True: object(), False: object()}
"""What stands for true and false where values are compared, so that they differ from 1 and 0."""
_MOST_ALIKE = 20
"""Problems of one code that are kept; a plate may repeat its mistake in 1,536 wells."""


class Log:
    """Gathers the problems of one document, or of one store."""

    __slots__ = ("_counts", "alone", "draft", "minor", "problems", "rules", "under")

    def __init__(self, version: str, *, alone: bool = True, under: str = "", draft: int | None = None) -> None:
        self.rules = IN_FORCE[version]
        self.minor = int(version.partition(".")[2])
        """4 for 0.4."""
        self.alone = alone
        self.under = under
        self.draft = draft
        """Number of the draft of 0.6 (dev1 to dev4) that the document names."""
        self.problems: list[Problem] = []
        self._counts: Counter[str] = Counter()

    def wants(self, code: str) -> bool:
        """Count a problem; return whether it is to be written down: its rule is in force, and there are few like it."""
        if code not in self.rules:
            return False
        self._counts[code] += 1
        return self._counts[code] <= _MOST_ALIKE

    def report(self, code: str, where: str, message: str) -> None:
        """Write a problem down, if it is wanted."""
        if self.wants(code):
            self._write(code, where, message)

    def report_wrong(self, code: str, where: str, expected: str, found: object) -> None:
        """Write down that something else was expected than was found, if it is wanted."""
        if self.wants(code):
            self._write(code, where, f"{expected}; found {quote(found)}")

    def _write(self, code: str, where: str, message: str) -> None:
        rule = self.rules[code]
        level = rule.alone if self.alone else rule.level
        place = join(self.under, where)
        self.problems.append(make_problem(code, place, message, level=level, hint=rule.hint))

    def has(self, *codes: str) -> bool:
        """Return whether one of these was reported."""
        return any(self._counts[code] for code in codes)

    def close(self) -> tuple[Problem, ...]:
        """Return the problems; the last of a code says how many more there are like it."""
        seen: Counter[str] = Counter()
        for index, problem in enumerate(self.problems):
            seen[problem.code] += 1
            more = self._counts[problem.code] - _MOST_ALIKE
            if more > 0 and seen[problem.code] == _MOST_ALIKE:
                self.problems[index] = replace(problem, message=f"{problem.message} (and {more} more like this)")
        return tuple(self.problems)


@dataclass(slots=True, eq=False)
class JsonValue:
    """A JSON value and where it stands. All questions but `report` are for objects."""

    log: Log
    value: dict[str, object]
    where: str = ""

    def at(self, key: str | int) -> str:
        """Return the pointer of a child."""
        return f"{self.where}/{key}" if self.where else str(key)

    def report(self, code: str, message: str, key: str | int | None = None) -> None:
        """Write a problem down, here or at a child."""
        self.log.report(code, self.where if key is None else self.at(key), message)

    def wrong(self, code: str, key: str | int, expected: str, found: object) -> None:
        """Write down that a child is not what was expected."""
        self.log.report_wrong(code, self.at(key), f"`{key}` should be {expected}", found)

    def has(self, key: str, missing: str = "") -> bool:
        """Return whether the key is there, if only as null; `missing` is what to report where it is not."""
        if key in self.value:
            return True
        if missing:
            self.report(missing, f"`{key}` is missing")
        return False

    def _child(self, key: str, fits: Callable[[object], bool], expected: str, wrong: str, missing: str) -> bool:
        """Return whether the key is there and its value fits; report what is not so."""
        if key not in self.value:
            if missing:
                self.report(missing, f"`{key}` is missing")
            return False
        if fits(self.value[key]):
            return True
        self.wrong(wrong, key, expected, self.value[key])
        return False

    def text(self, key: str, *, wrong: str, missing: str = "") -> str | None:
        """Return the text at a key."""
        value = self.value.get(key)
        if isinstance(value, str):
            return value
        self._child(key, is_text, "text", wrong, missing)
        return None

    def flag(self, key: str, *, wrong: str) -> None:
        """Ask for true or false at a key, if it is there."""
        self._child(key, lambda value: isinstance(value, bool), "true or false", wrong, "")

    def number(self, key: str, *, wrong: str, missing: str = "") -> float | None:
        """Return the number at a key."""
        return as_float(self.value[key]) if self._child(key, is_number, "a number", wrong, missing) else None

    def whole(self, key: str, *, wrong: str, missing: str = "", least: int | None = None) -> int | None:
        """Return the whole number at a key, not below `least`."""
        value = self.value.get(key)
        if type(value) is int and (least is None or value >= least):
            return value
        expected = "a whole number" if least is None else f"a whole number, {least} or above"
        if self._child(key, lambda it: is_whole(it) and (least is None or it >= least), expected, wrong, missing):  # type: ignore[operator]
            return int(self.value[key])  # type: ignore[call-overload, no-any-return]
        return None

    def inner(self, key: str, *, wrong: str, missing: str = "") -> JsonValue | None:
        """Return the object at a key."""
        if not self._child(key, lambda value: isinstance(value, dict), "an object", wrong, missing):
            return None
        return JsonValue(self.log, self.value[key], self.at(key))  # type: ignore[arg-type]

    def listed(self, key: str, *, wrong: str, missing: str = "", empty: str = "") -> list[object] | None:
        """Return the list at a key, whatever it holds."""
        if not self._child(key, lambda value: isinstance(value, list), "a list", wrong, missing):
            return None
        found: list[object] = self.value[key]  # type: ignore[assignment]
        if empty and not found:
            self.report(empty, f"`{key}` is an empty list", key)
        return found

    def objects(self, key: str, *, wrong: str, missing: str = "", empty: str = "") -> list[JsonValue]:
        """Return the objects of the list at a key."""
        found = self.listed(key, wrong=wrong, missing=missing, empty=empty)
        where = self.at(key)
        spots = []
        for index, entry in enumerate(found or ()):
            if isinstance(entry, dict):
                spots.append(JsonValue(self.log, entry, f"{where}/{index}"))
            else:
                self.log.report_wrong(wrong, f"{where}/{index}", f"each of `{key}` should be an object", entry)
        return spots

    def every(
        self, key: str, fits: Callable[[object], bool], of: str, *, wrong: str, missing: str = ""
    ) -> list[object] | None:
        """Return the list at a key if each entry fits; `of` is what they should be."""
        found = self.listed(key, wrong=wrong, missing=missing)
        if found is None:
            return None
        if all(map(fits, found)):
            return found
        for index, entry in enumerate(found):
            if not fits(entry):
                self.log.report_wrong(wrong, f"{self.at(key)}/{index}", f"`{key}` should hold {of}", entry)
        return None

    def numbers(self, key: str, *, wrong: str, missing: str = "") -> list[float] | None:
        """Return the list of numbers at a key."""
        found = self.every(key, is_number, "numbers only", wrong=wrong, missing=missing)
        return None if found is None else list(map(as_float, found))

    def wholes(self, key: str, *, wrong: str, missing: str = "") -> list[int] | None:
        """Return the list of whole numbers at a key."""
        found = self.every(key, is_whole, "whole numbers only", wrong=wrong, missing=missing)
        return None if found is None else [int(entry) for entry in found]  # type: ignore[call-overload]


def is_text(value: object) -> bool:
    """Return whether it is a string."""
    return isinstance(value, str)


def is_number(value: object) -> bool:
    """Return whether it is a number; true and false are none."""
    return type(value) is float or type(value) is int


def is_whole(value: object) -> bool:
    """Return whether it is a whole number, as JSON Schema counts: `1.0` is one."""
    return type(value) is int or (type(value) is float and value.is_integer())


def as_float(number: object) -> float:
    """Return a JSON number as a float, infinite where it is beyond the range of one."""
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf")


def check_different(entries: Iterable[JsonValue], *, by: str, equal: str, same: str = "") -> None:
    """Report entries that are wholly equal as `equal`, and others that share the value at `by` as `same`.

    Where the version has no rule about equal entries, they count as sharing that value.
    """
    entries = list(entries)
    keys = [entry.value.get(by) for entry in entries]
    if all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys):
        return
    for first, second in _twins(entries, lambda entry: _frozen(entry.value)):
        both = equal if equal in second.log.rules else same
        second.report(both, f"repeats {first.where}")
    if same:
        _check_shared(entries, by, same)


def _check_shared(entries: list[JsonValue], by: str, same: str) -> None:
    stated = [entry for entry in entries if isinstance(entry.value.get(by), str | int | float)]
    for first, second in _twins(stated, lambda entry: _frozen(entry.value[by])):
        if _frozen(first.value) != _frozen(second.value):
            second.report(same, f"`{by}` {quote(second.value[by])} is also that of {first.where}", by)


def _twins(
    entries: Iterable[JsonValue], key_of: Callable[[JsonValue], Hashable]
) -> Iterator[tuple[JsonValue, JsonValue]]:
    """Yield each entry that repeats an earlier one, with that one."""
    first: dict[Hashable, JsonValue] = {}
    for entry in entries:
        earlier = first.setdefault(key_of(entry), entry)
        if earlier is not entry:
            yield earlier, entry


def _frozen(value: object) -> Hashable:
    """Return a value that is equal for equal JSON; what is nested too deeply equals only itself."""
    try:
        return _freeze(value)
    except RecursionError:
        return id(value)


def _freeze(value: object) -> Hashable:
    if isinstance(value, dict):
        return frozenset((key, _freeze(child)) for key, child in value.items())
    if isinstance(value, list):
        return tuple(_freeze(child) for child in value)
    return _TRUTHS[value] if isinstance(value, bool) else value


def join(*parts: str) -> str:
    """Return the parts of a pointer or path as one; empty ones are left out."""
    return "/".join(part for part in parts if part)


def quote(value: object) -> str:
    """Return a value in few words, safe to print: text and numbers as JSON has them, the rest counted."""
    if isinstance(value, Mapping):
        return "an empty object" if not value else f"an object with {_some(value)}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        text = value if len(value) <= 60 else f"{value[:57]}…"
        return '"' + text.encode("utf-8", "backslashreplace").decode() + '"'
    if isinstance(value, int) and value.bit_length() > 128:
        return "a very long number"
    return repr(value)


def _some(value: Mapping[str, object]) -> str:
    keys = [quote(key) for key in list(value)[:3]]
    return ", ".join(keys) + (", …" if len(value) > 3 else "")
