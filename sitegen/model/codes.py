"""CODES: every code that a problem can have, one row a code; `codes.txt` beside this module holds the rows.

Whatever decides by a code asks a column of its row, so that nobody keeps a set of codes
of their own. Codes are public: add, never rename. A wrong table fails when this module is
imported, and the message says where and what to do. The rows are text of one line and a
hint each, because people compare them column by column, and because they are parsed at
every start: that takes 5 ms, and 20 ms as TOML, without validating them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from sitegen.model.problems import Problem, Severity, Status

Part = Literal["lists", "hosts", "documents", "datasets", "rules"]
"""What a code is about: a list, an answer of a host, a document that was read, a dataset, a rule of OME-Zarr."""
PictureCause = Literal["", "pixels", "image"]
"""How a code explains a missing picture: not at all; its pixels could not be read or drawn; no image was found."""

_FILE = "codes.txt"
_LEVELS: Mapping[str, Severity] = {"E": "error", "W": "warning", "N": "note"}
_SOURCES = ("S", "T", "ST", "X", "D")
_ANSWERS: tuple[tuple[str, str], ...] = (
    ("t", "transient"),
    ("b", "below_root"),
    ("pi", "of_picture"),
    ("m", "of_moment"),
    ("a", "absent"),
    ("r", "loses_rows"),
)
"""Letters that may answer a question, and the question, in the order of the characters of an answer."""
_QUESTIONS = ", ".join(f"{name} ({' or '.join(letters)})" for letters, name in _ANSWERS)
_PARTS: tuple[Part, ...] = get_args(Part)
_STATUSES: tuple[Status, ...] = get_args(Status)
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_CAUSES: Mapping[str, PictureCause] = {"-": "", "p": "pixels", "i": "image"}
_HINT, _OF_LIST = "  > ", "list: "
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SETTING = re.compile(r"-|[a-z]+\.[a-z_]+")
_VERSIONS = re.compile(r"all|\d+(?:-\d+|\+)?(?:,\d+(?:-\d+|\+)?)*")
_READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """A rule of OME-Zarr as the table writes it, for the versions that it names."""

    code: str
    level: Severity
    alone: Severity
    """Its level in a document without its store: a warning where only the store can tell."""
    versions: str
    """`all`, `4`, `1-3`, `4+` or several of these with commas; 4 stands for 0.4."""
    source: str
    """`S` the official schema, `T` the text, `ST` both, `X` only the strict schema, `D` derived."""
    section: str
    """Names the section of the specification."""
    meaning: str
    """What holds where the rule is kept, in one sentence."""
    hint: str
    """What to do about it."""
    place: str
    """File and line of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCode:
    """One row: a code, what it means, and what follows from it."""

    code: str
    part: Part
    level: Severity
    """As it is reported, unless the rule of a version or whoever reports it says otherwise."""
    status: Status | None
    """What it makes of a dataset whose root gave this answer; None for what is not an answer of a host."""
    meaning: str
    hint: str
    """What to do about it."""
    list_hint: str
    """What to do about it where a list, and not a dataset, could not be read; empty where that is the same."""
    transient: bool
    """The host gave no answer; the next build asks again."""
    below_root: bool
    """Something below the root was not there, wrong or could not be drawn: it may be repaired under the same root."""
    of_picture: PictureCause
    of_moment: bool
    """It speaks of the moment or of our limits, not of what the host holds: no cache remembers it."""
    absent: bool
    """The answer means that there is no such document."""
    loses_rows: bool
    """The rows of a list are unknown, or some of them."""
    limited_by: str | None
    """The setting whose higher value may make the problem go away, such as `crawl.max_list_bytes`."""
    rules: tuple[RuleText, ...]
    """The rule of OME-Zarr in each form that it has had; empty where the code is none."""

    @property
    def of_list(self) -> bool:
        """Whether it is a problem of a list, not of a dataset."""
        return self.part == "lists"


class CodesError(ValueError):
    """A row of the table is wrong; the message says where, and what to do."""


class UnknownCodeError(LookupError):
    """A problem has a code without a row: our bug."""


class _Rows(dict[str, ProblemCode]):
    def __missing__(self, code: str) -> ProblemCode:
        raise UnknownCodeError(f"the code {code!r} has no row; add one to sitegen/model/{_FILE}")


def make_problem(
    code: str, where: str = "", message: str = "", *, hint: str = "", level: Severity | None = None
) -> Problem:
    """Return a problem with the level and the hint of its code, unless these are given.

    Raises UnknownCodeError where the code has no row.
    """
    row = CODES[code]
    return Problem(code=code, level=level or row.level, where=where, message=message, hint=hint or row.hint)


def status_of(code: str) -> Status:
    """Return what an answer of a host makes of a dataset. Raises UnknownCodeError where the code is no such answer."""
    status = CODES[code].status
    if status is None:
        raise UnknownCodeError(f"the code {code!r} is not one of [hosts] in sitegen/model/{_FILE}, so it has no status")
    return status


def register_codes(rows: Mapping[str, ProblemCode]) -> None:
    """Add rows, as for the rules of a further version of OME-Zarr. Raises CodesError where a code has a row already."""
    if again := rows.keys() & _ROWS.keys():
        raise CodesError(f"{', '.join(sorted(again))}: there is a row already; take other codes")
    _ROWS.update(rows)


def unregister_codes(rows: Mapping[str, ProblemCode]) -> None:
    """Remove rows that were registered."""
    for code in rows:
        del _ROWS[code]


def read_codes(text: str) -> Mapping[str, ProblemCode]:
    """Return the rows of a table, written as `codes.txt` says at its top. Raises CodesError."""
    rows = _Rows()
    for code, same in groupby(_read_entries(text), lambda entry: entry.code):
        first, *more = same
        again = [entry for entry in more if first.part != "rules" or entry.text[:1] not in _LEVELS]
        if code in rows or again:
            place = (again or [first])[0].place
            raise CodesError(f"{place}: {code} has a row already; write what is new in that row, or take another code")
        rows[code] = _read_rule_row(first, more) if first.part == "rules" else _read_plain_row(first)
    return MappingProxyType(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A line of the table, with the hints below it."""

    part: Part
    code: str
    text: str
    """What follows the code."""
    hint: str
    list_hint: str
    place: str


def _read_entries(text: str) -> Iterator[_Entry]:
    """Yield the lines that begin with a code."""
    part: Part | None = None
    place, line, hints = "", "", list[str]()
    for number, text_line in enumerate((*text.splitlines(), "[rules]"), 1):
        if text_line.startswith(_HINT):
            hints.append(text_line.removeprefix(_HINT))
        elif text_line and not text_line.startswith("#"):
            if line:
                yield _read_entry(part, line, hints, place)
            place, line, hints = f"{_FILE}:{number}", text_line, []
            if line.startswith("["):
                part, line = _read_part(line, place), ""


def _read_part(line: str, place: str) -> Part:
    for part in _PARTS:
        if line == f"[{part}]":
            return part
    raise CodesError(f"{place}: expected [{'], ['.join(_PARTS)}], found {line}")


def _read_entry(part: Part | None, line: str, hints: Sequence[str], place: str) -> _Entry:
    code, _, text = line.partition(" ")
    if part is None:
        raise CodesError(f"{place}: expected a part such as [lists] above {code}")
    if not _CODE.fullmatch(code):
        raise CodesError(f"{place}: expected a code of lower-case words with hyphens, found {code}")
    plain = [hint for hint in hints if not hint.startswith(_OF_LIST)]
    of_list = [hint.removeprefix(_OF_LIST) for hint in hints if hint.startswith(_OF_LIST)]
    if len(plain) > 1 or len(of_list) > 1:
        raise CodesError(f"{place}: {code} has two hints; join them in one line")
    hint, list_hint = "".join(plain), "".join(of_list)
    return _Entry(part=part, code=code, text=text.strip(), hint=hint, list_hint=list_hint, place=place)


def _read_plain_row(entry: _Entry) -> ProblemCode:
    """Return the row of a code that is no rule of OME-Zarr."""
    answers, rest = _read_answers(entry)
    word, _, meaning = rest.partition(" ")
    status = next((each for each in _STATUSES if each == word), None)
    if entry.part == "hosts" and status is None:
        raise _wrong(entry, f"a status, one of {', '.join(_STATUSES)}", word)
    if entry.part != "hosts" and word not in _LEVELS:
        raise _wrong(entry, "a level, E, W or N", word)
    if not meaning or not entry.hint:
        raise CodesError(f"{entry.place}: {entry.code} lacks a meaning, or a hint in a line below that begins with >")
    return ProblemCode(
        code=entry.code,
        part=entry.part,
        level=_LEVELS.get(word, "error"),
        status=status,
        meaning=meaning.strip(),
        hint=entry.hint,
        list_hint=entry.list_hint,
        rules=(),
        **answers,
    )


def _read_rule_row(first: _Entry, more: Sequence[_Entry]) -> ProblemCode:
    """Return the row of a rule, and what is said of it when data are read, whatever their version."""
    answers, text = _read_answers(first)
    forms = [_read_rule(replace(first, text=text), None)]
    for entry in more:
        forms.append(_read_rule(entry, forms[-1]))
    rules = [form for form in forms if form.versions != _READ]
    if not rules:
        raise CodesError(f"{first.place}: {first.code} is in force in no version; move it to another part")
    usual = next((form for form in forms if form.versions == _READ), rules[0])
    most_severe = min((rule.level for rule in rules), key=_SEVERITIES.index)
    return ProblemCode(
        code=first.code,
        part="rules",
        level=usual.level if usual.versions == _READ else most_severe,
        status=None,
        meaning=usual.meaning,
        hint=usual.hint,
        list_hint="",
        rules=tuple(rules),
        **answers,
    )


def _read_rule(entry: _Entry, above: RuleText | None) -> RuleText:
    """Return one form of a rule; what it does not say is as in the form above."""
    levels, versions, *rest = (*entry.text.split(None, 2), "", "")[:3]
    source, section, meaning = ("", "", *rest) if versions == _READ else (*rest[0].split(None, 2), "", "", "")[:3]
    level, _, alone = levels.partition("/")
    if level not in _LEVELS or (alone or level) not in _LEVELS:
        raise _wrong(entry, "a level, E, W, N or E/W", levels)
    if versions != _READ and not _VERSIONS.fullmatch(versions):
        raise _wrong(entry, "versions such as all, 4, 1-3 or 4+", versions)
    if versions != _READ and source not in _SOURCES:
        raise _wrong(entry, f"a source, one of {', '.join(_SOURCES)}", source)
    if not (meaning and entry.hint) and (above is None or meaning or entry.hint):
        raise CodesError(f"{entry.place}: {entry.code} lacks a meaning, or a hint in a line below that begins with >")
    return RuleText(
        code=entry.code,
        level=_LEVELS[level],
        alone=_LEVELS[alone or level],
        versions=versions,
        source=source,
        section=section,
        meaning=meaning or (above.meaning if above else ""),
        hint=entry.hint or (above.hint if above else ""),
        place=entry.place,
    )


def _read_answers(entry: _Entry) -> tuple[Mapping[str, Any], str]:
    """Return the columns that every row answers, and the text behind them."""
    answers, setting, rest = (*entry.text.split(None, 2), "", "", "")[:3]
    columns = _columns_of(answers)
    if columns is None:
        raise _wrong(entry, f"{len(_ANSWERS)} answers, each its letter or -, to: {_QUESTIONS}", answers)
    if not _SETTING.fullmatch(setting):
        raise _wrong(entry, "the setting that limits it, such as crawl.max_list_bytes, or -", setting)
    return {**columns, "limited_by": None if setting == "-" else setting}, rest


@lru_cache
def _columns_of(answers: str) -> Mapping[str, Any] | None:
    """Return the columns that a row's answers fill; None where they are incomplete or not understood."""
    if len(answers) != len(_ANSWERS):
        return None
    columns: dict[str, Any] = {}
    for answer, (letters, name) in zip(answers, _ANSWERS, strict=True):
        if answer not in f"-{letters}":
            return None
        columns[name] = _CAUSES[answer] if name == "of_picture" else answer != "-"
    return columns


def _wrong(entry: _Entry, expected: str, found: str) -> CodesError:
    return CodesError(f"{entry.place}: {entry.code}: expected {expected}; found {found or 'nothing'}")


_ROWS = _Rows(read_codes(Path(__file__).with_name(_FILE).read_text(encoding="utf-8")))
CODES: Mapping[str, ProblemCode] = MappingProxyType(_ROWS)
"""Code → its row. A code without a row raises UnknownCodeError."""
