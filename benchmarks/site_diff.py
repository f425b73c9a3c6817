"""What differs between two built sites, as short texts: `old → new`, where, and in how many files.

Text is compared word by word, JSON key by key, anything else byte by byte; `.gz` is unpacked first. A file whose
name holds a hash of its content is paired with its counterpart, and the new name is expected wherever the old one
was. So one changed word is one group of differences, however many pages show it, and a person can explain each.
"""

from __future__ import annotations

import difflib
import fnmatch
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

ABSENT = "(absent)"
WHITE_SPACE = "(white space)"
_HASH = re.compile(r"(?<![0-9a-z])[0-9a-f]{8,64}(?![0-9a-z])")
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_JOINED_TOKENS = 5
"""Equal tokens between two changes that do not separate them: two words, and the blanks around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference in one file."""

    file: str
    key: str = ""
    """Of a JSON document: `datasets[].title`."""
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The same difference, in all files."""

    key: str
    old: str
    new: str
    count: int
    files: Sequence[str]


def find_differences(old: Path, new: Path) -> list[Difference]:
    """Return the differences between two folders, by file."""
    files = [{path.relative_to(site).as_posix(): path for path in _files(site)} for site in (old, new)]
    renamed = _pair(sorted(files[0].keys() - files[1]), sorted(files[1].keys() - files[0]))
    names = {before.rpartition("/")[2]: after.rpartition("/")[2] for before, after in renamed.items()}
    found: list[Difference] = []
    for name in sorted(files[0]):
        counterpart = files[1].get(renamed.get(name, name))
        if counterpart is None:
            found.append(Difference(file=name, old=f"file {name}", new=ABSENT))
        else:
            found += _compare(name, files[0][name].read_bytes(), counterpart.read_bytes(), names)
    added = sorted(files[1].keys() - files[0].keys() - set(renamed.values()))
    return found + [Difference(file=name, old=ABSENT, new=f"file {name}") for name in added]


def group(differences: Sequence[Difference]) -> list[Group]:
    """Return the differences by key and texts, the most frequent first."""

    def texts(each: Difference) -> tuple[str, str, str]:
        return each.key, each.old, each.new

    grouped = [(key, [each.file for each in same]) for key, same in groupby(sorted(differences, key=texts), texts)]
    groups = [
        Group(key=key, old=old, new=new, count=len(files), files=sorted(set(files)))
        for (key, old, new), files in grouped
    ]
    return sorted(groups, key=lambda each: (-each.count, each.key, each.old, each.new))


def read_allowed(text: str) -> list[tuple[str, str]]:
    """Return the accepted differences of a file: `old → new` on each line; `*` is any text, `#` begins a comment."""
    lines = [line.strip() for line in text.splitlines()]
    pairs = [line.partition("→") for line in lines if line and not line.startswith("#")]
    return [(_label(old.strip()), _label(new.strip())) for old, _, new in pairs]


def is_allowed(each: Group, allowed: Sequence[tuple[str, str]]) -> bool:
    """Return whether a pair of accepted texts explains a group."""
    return any(_matches(each.old, old) and _matches(each.new, new) for old, new in allowed)


def _matches(text: str, pattern: str) -> bool:
    return text == pattern or fnmatch.fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _pair(removed: Sequence[str], added: Sequence[str]) -> dict[str, str]:
    """Return old name → new name of files that only a hash in the name tells apart, where there is one of each."""
    plain: tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]] = (defaultdict(list), defaultdict(list))
    for side, names in zip(plain, (removed, added), strict=True):
        for name in names:
            if _HASH.search(name):
                side[_HASH.sub("*", name)].append(name)
    return {names[0]: plain[1][key][0] for key, names in plain[0].items() if len(names) == len(plain[1][key]) == 1}


def _compare(name: str, old: bytes, new: bytes, names: Mapping[str, str]) -> list[Difference]:
    if old == new:
        return []
    texts = _read_text(name, old), _read_text(name, new)
    if texts[0] is None or texts[1] is None:
        return [Difference(file=name, old=f"bytes of {name}", new=f"bytes of {name}")]
    before, after = (
        _HASH_NAME.sub(lambda found: names.get(found[0], found[0]), texts[0]) if names else texts[0],
        texts[1],
    )
    if before == after:
        return []
    found = _compare_json(before, after) if name.removesuffix(".gz").endswith("json") else None
    if found is None:
        found = [("", *each) for each in compare_words(before, after)]
    elif not found:
        found = [("", "same values", "other order of keys or white space")]
    return [Difference(file=name, key=key, old=_label(old), new=_label(new)) for key, old, new in found]


_HASH_NAME = re.compile(r"[\w.-]*[0-9a-f]{8}[\w.-]*")


def _read_text(name: str, body: bytes) -> str | None:
    """Return a file as text, None for one that holds other data."""
    try:
        return (gzip.decompress(body) if name.endswith(".gz") else body).decode("utf-8")
    except (UnicodeDecodeError, gzip.BadGzipFile):
        return None


def _label(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split()) or (WHITE_SPACE if text else ABSENT)


def _compare_json(old: str, new: str) -> list[tuple[str, str, str]] | None:
    try:
        return list(_walk("", json.loads(old), json.loads(new)))
    except ValueError:  # lines of JSON, for one
        return None


def _walk(key: str, old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    """Give key, old and new of each difference between two JSON values."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            below = f"{key}.{name}".lstrip(".")
            if name in old and name in new:
                yield from _walk(below, old[name], new[name])
            else:
                yield below, _json(old[name]) if name in old else "", _json(new[name]) if name in new else ""
    elif isinstance(old, list) and isinstance(new, list):
        yield from _walk_list(f"{key}[]", old, new)
    elif isinstance(old, str) and isinstance(new, str):
        yield from ((key, *each) for each in compare_words(old, new))
    else:
        yield key, _json(old), _json(new)


def _walk_list(key: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, str, str]]:
    if len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            yield from _walk(key, before, after)
        return
    sides = [[_json(each) for each in side] for side in (old, new)]
    for operation, a, b, c, d in difflib.SequenceMatcher(None, *sides, autojunk=False).get_opcodes():
        if operation != "equal":
            yield from ((key, x, y) for x, y in zip_longest(sides[0][a:b], sides[1][c:d], fillvalue=""))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def compare_words(old: str, new: str) -> list[tuple[str, str]]:
    """Return the changed runs of words of a text, each with what replaces it."""
    sides = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found = []
    for operation, a, b, c, d in difflib.SequenceMatcher(None, *sides, autojunk=False).get_opcodes():
        if operation != "equal":
            found += _compare_tokens(_TOKEN.findall("".join(sides[0][a:b])), _TOKEN.findall("".join(sides[1][c:d])))
    return found


def _compare_tokens(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    runs: list[list[int]] = []
    for operation, *span in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        if runs and span[0] - runs[-1][1] <= _JOINED_TOKENS:
            runs[-1] = [runs[-1][0], span[1], runs[-1][2], span[3]]
        else:
            runs.append(list(span))
    return [("".join(old[a:b]), "".join(new[c:d])) for a, b, c, d in runs]
