"""A JSON object in a document, with its pointer, and the questions that validation asks it.

A `JsonValue` answers "is there a list of objects at `datasets`?" with the objects, and
reports a problem where the key is missing or its value is invalid. Invalid values are
left out of the answer, so that no caller sees a wrong type, and one mistake is one problem.

Types are those of JSON Schema 2020-12: `1.0` is an integer, `true` is no number, `1` equals `1.0`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from sitegen.validate.validation_log import ValidationLog, describe

_BOOLEANS = {True: object(), False: object()}
"""What true and false are compared by, so that they differ from 1 and 0."""


@dataclass(slots=True, eq=False)
class JsonValue:
    """A JSON object, its pointer in the document, and the log that its problems are reported to.

    In each question `invalid` is the code of the problem where the value at a key is not what was asked for, and
    `missing`, if given, that where the key is missing. The answer is None, or an empty list, then.
    """

    log: ValidationLog
    value: dict[str, object]
    pointer: str = ""

    def pointer_to(self, key: str | int) -> str:
        """Return the pointer of a member."""
        return f"{self.pointer}/{key}" if self.pointer else str(key)

    def report(self, code: str, message: str, key: str | int | None = None) -> None:
        """Report a problem of this object, or of a member."""
        self.log.report(code, self.pointer if key is None else self.pointer_to(key), message)

    def report_invalid(self, code: str, key: str | int, expected: str, found: object) -> None:
        """Report that the value of a member is not what was expected."""
        self.log.report_invalid(code, self.pointer_to(key), f"`{key}` should be {expected}", found)

    def require(self, key: str, missing: str) -> bool:
        """Return whether the key is there, if only as null; report `missing` where it is not."""
        if key in self.value:
            return True
        self.report(missing, f"`{key}` is missing")
        return False

    def _is_valid(self, key: str, fits: Callable[[object], bool], expected: str, invalid: str, missing: str) -> bool:
        """Return whether the key is there and its value fits; report what is wrong."""
        if key not in self.value:
            if missing:
                self.report(missing, f"`{key}` is missing")
            return False
        if fits(self.value[key]):
            return True
        self.report_invalid(invalid, key, expected, self.value[key])
        return False

    def get_string(self, key: str, *, invalid: str, missing: str = "") -> str | None:
        """Return the string at a key."""
        value = self.value.get(key)
        if isinstance(value, str):
            return value
        if missing or key in self.value:
            self._is_valid(key, is_string, "a string", invalid, missing)
        return None

    def get_boolean(self, key: str, *, invalid: str) -> bool | None:
        """Return true or false at a key."""
        value = self.value.get(key)
        if isinstance(value, bool):
            return value
        self._is_valid(key, lambda value: False, "true or false", invalid, "")
        return None

    def get_number(self, key: str, *, invalid: str, missing: str = "") -> float | None:
        """Return the number at a key."""
        return as_float(self.value[key]) if self._is_valid(key, is_number, "a number", invalid, missing) else None

    def get_integer(self, key: str, *, invalid: str, missing: str = "", minimum: int | None = None) -> int | None:
        """Return the integer at a key, not below `minimum`."""
        value = self.value.get(key)
        if type(value) is int and (minimum is None or value >= minimum):
            return value
        expected = "an integer" if minimum is None else f"an integer, {minimum} or above"
        if self._is_valid(key, lambda it: _is_integer_from(it, minimum), expected, invalid, missing):
            return int(self.value[key])  # type: ignore[call-overload, no-any-return]
        return None

    def get_object(self, key: str, *, invalid: str, missing: str = "") -> JsonValue | None:
        """Return the object at a key."""
        if not self._is_valid(key, lambda value: isinstance(value, dict), "an object", invalid, missing):
            return None
        return JsonValue(self.log, self.value[key], self.pointer_to(key))  # type: ignore[arg-type]

    def get_list(self, key: str, *, invalid: str, missing: str = "", empty: str = "") -> list[object] | None:
        """Return the list at a key, whatever its entries are; `empty` is reported for a list without entries."""
        if not self._is_valid(key, lambda value: isinstance(value, list), "a list", invalid, missing):
            return None
        found: list[object] = self.value[key]  # type: ignore[assignment]
        if empty and not found:
            self.report(empty, f"`{key}` is an empty list", key)
        return found

    def get_objects(self, key: str, *, invalid: str, missing: str = "", empty: str = "") -> list[JsonValue]:
        """Return the objects in the list at a key; `invalid` is reported for each other entry, too."""
        pointer = self.pointer_to(key)
        objects = []
        for index, entry in enumerate(self.get_list(key, invalid=invalid, missing=missing, empty=empty) or ()):
            if isinstance(entry, dict):
                objects.append(JsonValue(self.log, entry, f"{pointer}/{index}"))
            else:
                expected = f"each entry of `{key}` should be an object"
                self.log.report_invalid(invalid, f"{pointer}/{index}", expected, entry)
        return objects

    def get_list_of(
        self, fits: Callable[[object], bool], noun: str, key: str, *, invalid: str, missing: str = ""
    ) -> list[object] | None:
        """Return the list at a key if each entry fits; `noun` says in the message what the entries should be."""
        found = self.get_list(key, invalid=invalid, missing=missing)
        if found is None or all(map(fits, found)):
            return found
        for index, entry in enumerate(found):
            if not fits(entry):
                expected = f"`{key}` should be a list of {noun}"
                self.log.report_invalid(invalid, f"{self.pointer_to(key)}/{index}", expected, entry)
        return None

    def get_strings(self, key: str, *, invalid: str, missing: str = "") -> list[str] | None:
        """Return the list of strings at a key."""
        return self.get_list_of(is_string, "strings", key, invalid=invalid, missing=missing)  # type: ignore[return-value]

    def get_numbers(self, key: str, *, invalid: str, missing: str = "") -> list[float] | None:
        """Return the list of numbers at a key."""
        found = self.get_list_of(is_number, "numbers", key, invalid=invalid, missing=missing)
        return None if found is None else list(map(as_float, found))

    def get_integers(self, key: str, *, invalid: str, missing: str = "") -> list[int] | None:
        """Return the list of integers at a key."""
        found = self.get_list_of(is_integer, "integers", key, invalid=invalid, missing=missing)
        return None if found is None else [int(entry) for entry in found]  # type: ignore[call-overload]


def is_string(value: object) -> bool:
    """Return whether it is a string."""
    return isinstance(value, str)


def is_number(value: object) -> bool:
    """Return whether it is a number; true and false are not."""
    return type(value) is float or type(value) is int


def is_integer(value: object) -> bool:
    """Return whether it is an integer as JSON Schema defines it: `1.0` is one."""
    return type(value) is int or (type(value) is float and value.is_integer())


def _is_integer_from(value: object, minimum: int | None) -> bool:
    return is_integer(value) and (minimum is None or value >= minimum)  # type: ignore[operator]


def as_float(number: object) -> float:
    """Return a JSON number as a float, infinite where it is beyond the range of one."""
    try:
        return float(number)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf")


def validate_distinct(entries: Iterable[JsonValue], *, key: str, equal: str, shared: str = "") -> None:
    """Report entries that are equal as `equal`, and others that share their value at `key` as `shared`.

    Where no rule about equal entries is in force, equal entries share that value.
    """
    entries = list(entries)
    values = [entry.value.get(key) for entry in entries]
    if all(isinstance(value, str) for value in values) and len(set(values)) == len(values):
        return
    for first, second in _repeated(entries, lambda entry: _comparable(entry.value)):
        code = equal if equal in second.log.rules else shared
        second.report(code, f"repeats {first.pointer}")
    if shared:
        _validate_unshared(entries, key, shared)


def _validate_unshared(entries: list[JsonValue], key: str, code: str) -> None:
    stated = [entry for entry in entries if isinstance(entry.value.get(key), str | int | float)]
    for first, second in _repeated(stated, lambda entry: _comparable(entry.value[key])):
        if _comparable(first.value) != _comparable(second.value):
            second.report(code, f"{first.pointer} has the same `{key}`, {describe(second.value[key])}", key)


def _repeated(
    entries: Iterable[JsonValue], value_of: Callable[[JsonValue], Hashable]
) -> Iterator[tuple[JsonValue, JsonValue]]:
    """Yield each entry whose value an earlier one has, after that one."""
    first: dict[Hashable, JsonValue] = {}
    for entry in entries:
        earlier = first.setdefault(value_of(entry), entry)
        if earlier is not entry:
            yield earlier, entry


def _comparable(value: object) -> Hashable:
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
    return _BOOLEANS[value] if isinstance(value, bool) else value
