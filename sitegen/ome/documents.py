"""Untrusted bytes → JSON, or a problem; never an exception.

At most 16 MB and half a million values are parsed. The result is at most 64 levels deep
and has no number beyond the range of a float and no half of a surrogate pair, so that no
later code fails by recursion, by overflow, or when it encodes text. A byte order mark,
NaN and Infinity, and repeated keys (the last one counts) are accepted and reported, with
a JSON pointer after `#`.

Trade-off: the parser of the standard library, not the fastest, because it alone reports
repeated keys; only documents that have such peculiarities are searched for their places.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from math import isfinite

from sitegen.file_kinds import describe_binary
from sitegen.ome.problems import ProblemLog

MAX_BYTES = 16_000_000  # the metadata of a 1,536-well plate are 0.1 MB; a browser would not read 16 MB either
MAX_VALUES = 500_000  # of `[[],[],…` 16 MB would be 340 MB of lists; a plate of 1,536 wells has 6,000
_VALUE_BYTES = 128  # of memory: a key and its number have 100 to 150, an object of one key 200 and two marks
MAX_DEPTH = 64  # consolidated metadata of 0.6 with nested transformations reach about 20
_LONGEST_NUMBER = 300  # digits: a float holds 308

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TO_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * (_LONGEST_NUMBER + 1)
_CONTAINERS = (list, dict)
_VALUE_STARTS = (b"[", b"{", b",")
_UNPACK_HINT = "Store the document as plain JSON, or let the host send it with Content-Encoding: gzip."
_PACKED = ("a gzip", "a Zstandard", "a ZIP", "a bzip2", "an xz", "an LZ4")
_HALF_PAIR = re.compile("[\ud800-\udfff]")


_TOO_LONG = object()


@dataclass(slots=True)
class _Peculiarities:
    """What the parser found that must be corrected or reported."""

    seen: bool = False
    repeated: dict[int, tuple[dict[str, object], list[str]]] = field(default_factory=dict)
    """Identity of a parsed object → the object, kept alive, and its repeated keys."""

    def read_pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.repeated[id(members)] = members, [key for key, count in counts.items() if count > 1]
            self.seen = True
        return members

    def read_constant(self, name: str) -> float:
        self.seen = True
        return float(name)

    def read_integer(self, digits: str) -> object:
        if len(digits) <= _LONGEST_NUMBER:
            return int(digits)
        self.seen = True
        return _TOO_LONG

    def repeated_in(self, parent: object) -> list[str]:
        _, keys = self.repeated.get(id(parent), (None, []))
        return keys


def weigh(body: bytes) -> int:
    """Return about how many bytes of memory a document takes at most, once it is parsed, if it is not too large."""
    values = sum(map(body.count, _VALUE_STARTS))
    width = 1 if body.isascii() and b"\\u" not in body else 4  # one emoji, and a text has 4 bytes a character
    return width * len(body) + (_VALUE_BYTES * values if values <= MAX_VALUES else 0)


def read_document(body: bytes, notes: ProblemLog, name: str) -> Mapping[str, object] | None:
    """Return the JSON object in a document; None, and a problem, where there is none."""
    value, found = read_json(body, notes, name)
    if found and not isinstance(value, dict):
        notes.add("doc-type", name, f"expected a JSON object, found {_kind_of(value)}")
    return value if isinstance(value, dict) else None


def read_json(body: bytes, notes: ProblemLog, name: str) -> tuple[object, bool]:
    """Return the JSON value, and whether there is one; a problem says why there is none."""
    if len(body) > MAX_BYTES:
        notes.add("json-too-large", name, f"{len(body):,} bytes; at most {MAX_BYTES:,} are read")
        return None, False
    if binary := describe_binary(body):
        hint = _UNPACK_HINT if binary.startswith(_PACKED) else ""
        notes.add("json-invalid", name, f"expected JSON, found {binary}", hint=hint)
        return None, False
    text = _decode(body, notes, name)
    if not text.strip() or text.lstrip().startswith("<"):
        notes.add("not-json", name, "expected JSON, found " + ("an HTML or XML page" if text.strip() else "nothing"))
        return None, False
    if (values := sum(map(text.count, "[{,"))) > MAX_VALUES:
        notes.add("json-too-large", name, f"about {values:,} values; at most {MAX_VALUES:,} are read")
        return None, False
    peculiarities = _Peculiarities(seen="\\ud" in text or "\\uD" in text)
    try:
        value = _parse(text, peculiarities)
        is_deep = text.count("[") + text.count("{") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH)
    except json.JSONDecodeError as error:
        notes.add("json-invalid", name, f"line {error.lineno}, column {error.colno}: {error.msg}")
        return None, False
    except RecursionError:
        value, is_deep = None, True
    if is_deep:
        notes.add("json-too-deep", name, f"more than {MAX_DEPTH} levels of lists and objects")
        return None, False
    return (_correct(value, peculiarities, notes, name) if peculiarities.seen else value), True


def _decode(body: bytes, notes: ProblemLog, name: str) -> str:
    mark, encoding = next(((m, e) for m, e in _BYTE_ORDER_MARKS if body.startswith(m)), (b"", "utf-8"))
    text = body[len(mark) :].decode(encoding, errors="replace")
    if mark:
        notes.add("json-encoding", name, f"begins with a byte order mark ({encoding.upper()})")
    elif "\ufffd" in text and "\ufffd".encode() not in body:
        notes.add("json-encoding", name, "is not UTF-8; what could not be read is shown as \ufffd")
    return text


def _parse(text: str, peculiarities: _Peculiarities) -> object:
    # A million digits would take the parser seconds; no expression finds them faster than this.
    has_long_number = _LONG_NUMBER in text.encode("utf-8", "surrogatepass").translate(_TO_ZEROS)
    return json.loads(
        text,
        object_pairs_hook=peculiarities.read_pairs,
        parse_constant=peculiarities.read_constant,
        parse_int=peculiarities.read_integer if has_long_number else None,
    )


def _is_deeper(value: object, levels: int) -> bool:
    layer = [value] if isinstance(value, list | dict) else []
    for _ in range(levels):
        members = (parent.values() if isinstance(parent, dict) else parent for parent in layer)
        layer = [child for child in chain.from_iterable(members) if isinstance(child, _CONTAINERS)]
        if not layer:
            return False
    return True


def _correct(value: object, peculiarities: _Peculiarities, notes: ProblemLog, name: str) -> object:
    """Return the value without half surrogates and overlong numbers; report each peculiarity with its pointer."""
    container: list[object] = [value]
    waiting: list[tuple[str, list[object] | dict[object, object]]] = [("", container)]
    while waiting:
        place, parent = waiting.pop()
        for twice in peculiarities.repeated_in(parent):
            notes.add("duplicate-key", place, f"the key {_shown(twice)!r} occurs more than once; the last one is used")
        for key, child in list(parent.items() if isinstance(parent, dict) else enumerate(parent)):
            at = f"{name}#" if parent is container else f"{place}/{_shown(key)}"
            if isinstance(child, list | dict):
                waiting.append((at, child))
            elif (corrected := _correct_scalar(child, notes, at)) is not child:
                parent[key] = corrected  # type: ignore[call-overload]  # the key came from this very container
        if isinstance(parent, dict):
            _correct_keys(parent, notes, place)
    return container[0]


def _correct_scalar(value: object, notes: ProblemLog, at: str) -> object:
    if value is _TOO_LONG:
        notes.add("json-number", at, f"a number of more than {_LONGEST_NUMBER} digits; it is not read")
        return None
    if isinstance(value, float) and not isfinite(value):
        notes.add("json-nan", at, f"{value} is not JSON")
    if isinstance(value, str) and _HALF_PAIR.search(value):
        notes.add("json-surrogate", at, "text with half of a surrogate pair, shown as \ufffd")
        return _HALF_PAIR.sub("\ufffd", value)
    return value


def _correct_keys(parent: dict[object, object], notes: ProblemLog, place: str) -> None:
    if any(isinstance(key, str) and _HALF_PAIR.search(key) for key in parent):
        notes.add("json-surrogate", place, "a key with half of a surrogate pair, shown as \ufffd")
        corrected = {_HALF_PAIR.sub("\ufffd", str(key)): child for key, child in parent.items()}
        parent.clear()
        parent.update(corrected)


def _shown(key: object) -> str:
    return _HALF_PAIR.sub("\ufffd", str(key))[:80]


def _kind_of(value: object) -> str:
    names = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
